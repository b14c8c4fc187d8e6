"""The training loop."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

from ..backbone import Backbone
from ..critic import Critic
from ..data.feed import Batch, batches
from ..data.pictures import Photo, known, load_lone, load_pairs, load_photos
from ..data.sampler import LONE, Mix, Sampler
from ..data.splits import names_of
from ..losses.correspondence import share_on_target
from ..losses.detector import FrozenDetector
from ..network.model import Model
from ..recipe import Recipe
from .checkpoint import State, read_null_things, read_weights, update_ema
from .clock import Clock, asked_to_stop, cosine
from .default_tokens import seed_null_tokens
from .probe import probe_sheet
from .terms import adversarial_term, content_terms, detector_terms_of, draw, feature_terms, steadiness_term

LONE_FOLDERS = ("lone", "thermal16/stills", "palette")
"""Thermal pictures without a daylight partner, where there are any."""


DETECTOR_TERMS = {"detector", "found", "invented"}


class Judges(NamedTuple):
    """Frozen networks that some of the terms look through."""

    backbone: Backbone | None
    detector: FrozenDetector | None


@dataclass(frozen=True)
class Places:
    """Folders of one run."""

    data: Path
    prepared: Path
    out: Path
    init: Path | None = None
    rendered: Path | None = None

    @property
    def detector(self) -> Path:
        return self.data / "detector" / "detector.onnx"

    @property
    def last(self) -> Path:
        return self.out / "last.pt"


def _samplers(recipe: Recipe, places: Places) -> tuple[Sampler, Sampler]:
    labels = places.prepared / "labels"
    photos = load_photos(places.data / "photos", labels, set(names_of("photos-val")))
    photos = [p for p in photos if not recipe.photos or p.name.startswith(recipe.photos)]
    lone = load_lone([places.data / name for name in LONE_FOLDERS])
    train = load_pairs(places.data / "pairs" / "train", labels) if recipe.pairs else []
    val = load_pairs(places.data / "pairs" / "val", labels)
    rendered = load_pairs(places.rendered, labels) if places.rendered else []
    print(f"{len(rendered)} rendered, {len(train)} real pairs, {len(photos)} photos, {len(lone)} lone", flush=True)
    probe_mix = Mix(kinds=(1, 0, 0, 0, 0), made_up=0.25)
    sampler = Sampler(train, photos, lone, recipe.size, recipe.mix, rendered)
    return sampler, Sampler(val or sampler.pairs[:12], photos, [], recipe.size, probe_mix)


def _album(recipe: Recipe, sampler: Sampler) -> list[Photo]:
    """Pictures behind 'no reference'."""
    if recipe.album == "rendered":
        scenes = [p for p in sampler.rendered or sampler.pairs if known(p.things)]
        return [Photo(p.name, p.visible, p.things, labelled=False) for p in scenes[:: max(1, len(scenes) // 40)]]
    default = set(names_of("photos-default"))
    return [p for p in sampler.photos if p.name in default] or sampler.classed


def _fresh(recipe: Recipe, places: Places, sampler: Sampler, device: torch.device) -> State:
    torch.manual_seed(recipe.seed)
    model, critic = Model(recipe.network), Critic()
    null_things = None
    if places.init:
        print("starts fresh:", len(model.adopt(read_weights(places.init))), "tensors", flush=True)
        null_things = read_null_things(places.init)
    if null_things is None:
        null_things = torch.from_numpy(seed_null_tokens(model, _album(recipe, sampler), recipe.seed))
    for net in (model, critic):
        net.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return State(
        model,
        copy.deepcopy(model),
        critic,
        torch.optim.AdamW(model.parameters(), lr=recipe.lr, betas=(0.9, 0.98), weight_decay=0.02),
        torch.optim.AdamW(critic.parameters(), lr=recipe.critic_lr, betas=(0.5, 0.98)),
        null_things,
    )


def train(
    recipe: Recipe,
    places: Places,
    device: str = "auto",
    minutes: float | None = None,
    max_steps: int | None = None,
    snapshot_minutes: float = 4,
    with_backbone: bool = True,
    equal_steps: bool = False,
) -> State:
    """Run until the time is spent; -> the final state, which is also in ``last.pt``.

    equal_steps: rates follow the share of ``max_steps``, not of the time, so that runs on a busy machine compare.
    """
    where = torch.device(("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device)
    budget = 60 * (minutes or recipe.minutes)
    sampler, val = _samplers(recipe, places)
    state = _fresh(recipe, places, sampler, where)
    if places.last.exists():
        state.load(places.last)
        print(f"goes on at step {state.step}, {state.spent / 60:.1f} minutes", flush=True)
    sampler.null_things = state.null_things.numpy()
    feed = batches(sampler, recipe.batch, recipe.seed + state.step, recipe.workers)
    probe = next(batches(val, 12, seed=3, workers=0))
    backbone = Backbone().to(where, memory_format=torch.channels_last) if with_backbone else None  # type: ignore[call-overload]
    detector = None
    if DETECTOR_TERMS & set(recipe.losses) and places.detector.exists():
        detector = FrozenDetector(places.detector).to(where)
    log, board = (places.out / "log.jsonl").open("a"), SummaryWriter(str(places.out / "board"))
    tally: dict[str, list[float]] = defaultdict(list)
    clock = Clock(recipe.step_cap, state.spent)
    saved = clock.spent
    stopped = asked_to_stop()
    while clock.spent < budget and (max_steps is None or state.step < max_steps) and not stopped.is_set():
        x = {k: v.to(where) for k, v in next(feed).items()}
        progress = state.step / max_steps if equal_steps and max_steps else clock.spent / budget
        for name, value in _step(recipe, state, x, Judges(backbone, detector), progress).items():
            tally[name].append(value)
        clock.tick()
        state.spent = clock.spent
        if state.step % 50 == 0:
            means = {k: round(float(np.mean(v)), 4) for k, v in tally.items()}
            line = json.dumps({"step": state.step, "minutes": round(clock.spent / 60, 2), **means})
            print(line, flush=True)
            log.write(line + "\n")
            log.flush()
            for k, v in means.items():
                board.add_scalar(k, v, state.step)  # type: ignore[no-untyped-call]
            tally.clear()
        if clock.spent - saved > 60 * snapshot_minutes:
            saved = clock.spent
            state.save(places.last)
            probe_sheet(state.ema, probe, places.out / f"probe-{state.step:06d}.jpg", board, state.step)
            clock.start()
    state.save(places.last)
    probe_sheet(state.ema, probe, places.out / f"probe-{state.step:06d}.jpg", board, state.step)
    board.close()  # type: ignore[no-untyped-call]
    return state


def _step(recipe: Recipe, state: State, x: Batch, judges: Judges, progress: float) -> dict[str, float]:
    """One update of both networks -> what to log."""
    rate = min(1.0, (state.step + 1) / recipe.warmup) * cosine(progress)
    for group in state.optimiser.param_groups:
        group["lr"] = recipe.lr * rate
    state.model.train()
    drawn, rgb = draw(state.model, x["thermal"], x["reference"], x["kind"])
    terms = content_terms(x, drawn, rgb)
    if judges.backbone is not None:
        terms |= feature_terms(x, rgb, judges.backbone, min(recipe.window, recipe.size))
    if judges.detector is not None and state.step % 2 == 0:
        terms |= detector_terms_of(x, rgb, judges.detector)
    if state.step % 4 == 0:
        terms["steadiness"] = steadiness_term(state.model, x, drawn, moving=state.step % 8 == 0)
    adversarial = progress >= recipe.critic_from
    if adversarial:
        warm = min(1.0, (progress - recipe.critic_from) / 0.05)  # a critic that knows nothing yet is not obeyed
        terms["adversarial"] = warm * adversarial_term(state.critic, x, rgb)
    total = torch.stack([recipe.losses.get(name, 0.0) * value for name, value in terms.items()]).sum()
    state.optimiser.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    norm = nn.utils.clip_grad_norm_(state.model.parameters(), 2.0)
    sound = bool(torch.isfinite(norm))
    if sound:
        state.optimiser.step()
    if adversarial:
        natural = ((x["kind"] != LONE) & ~x["made_up"]).float()
        with torch.autocast(rgb.device.type, dtype=torch.bfloat16):
            verdict = state.critic.loss(x["target"], rgb.detach().clamp(0, 1), x["thermal"], natural)
        state.critic_optimiser.zero_grad(set_to_none=True)
        verdict.backward()  # type: ignore[no-untyped-call]
        state.critic_optimiser.step()
        terms["critic"] = verdict
    update_ema(state.ema, state.model, min(recipe.ema, (state.step + 1) / (state.step + 10)))
    state.step += 1
    with torch.no_grad():
        terms["hit"] = share_on_target(drawn.logits, x["match"])
    return {name: float(value.detach()) for name, value in terms.items()} | (
        {"norm": float(norm), "skipped": 0.0} if sound else {"skipped": 1.0}
    )
