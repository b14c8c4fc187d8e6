"""``ablate``: short, equal runs with one part of the network, the loss or the data taken out at a time."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from .data.pictures import load_pairs
from .measure.glance import glance
from .recipe import Recipe, read_recipe

COLUMNS = ("self psnr", "self ssim", "self ab", "self contrast", "self structure", "none psnr", "none ab")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", type=Path, required=True, help="the whole: what every run starts from")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--prepared", type=Path, required=True)
    parser.add_argument("--rendered", type=Path)
    parser.add_argument("--init", type=Path, help="weights to start from; runs without a part cannot use them all")
    parser.add_argument("--out", type=Path, required=True, help="folder for ablation.json, ablation.md and the runs")
    parser.add_argument("--steps", type=int, default=150, help="of each run")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="names of variants (all, if not given); the whole is always run")
    parser.add_argument("--pictures", type=int, default=12, help="held-out pairs to score, evenly chosen, of each site")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--without-backbone", action="store_true", help="no perceptual terms (tests)")


def variants(whole: Recipe) -> dict[str, Recipe]:
    """Name -> recipe. A part's losses go with it."""

    def without(*terms: str) -> Recipe:
        return replace(whole, losses={k: v for k, v in whole.losses.items() if k not in terms})

    net = whole.network
    return {
        "whole": whole,
        "without MFIM's branches": replace(whole, network=replace(net, branches=False)),
        "without CSFEM": replace(whole, network=replace(net, gates=False)),
        "plain attention": replace(whole, network=replace(net, attention="plain")),
        "no attention": replace(without("match"), network=replace(net, attention="none")),
        "without places": replace(whole, network=replace(net, places=False)),
        "without contrastive terms": without("match", "patch_nce"),
        "without perceptual term": without("perceptual"),
        "without adversary": without("adversarial"),
        "without made-up pairs": replace(whole, mix=replace(whole.mix, made_up=0.0, above=0.0, rendered=0.0)),
        "without class head": replace(without("things"), network=replace(net, things=False)),
        "without detector": without("detector", "found", "invented"),
    }


def run(args: argparse.Namespace) -> int:
    from .training.loop import Places, train

    pairs = load_pairs(args.data / "pairs" / "val", args.prepared / "labels")
    sites = sorted({p.name.rpartition("-")[0] for p in pairs})
    picked = []
    for site in sites:
        own = [p for p in pairs if p.name.rpartition("-")[0] == site]
        picked += [own[i] for i in np.unique(np.linspace(0, len(own) - 1, min(args.pictures, len(own))).astype(int))]
    found: dict[str, list[dict[str, float]]] = {}
    args.out.mkdir(parents=True, exist_ok=True)
    chosen = variants(read_recipe(args.recipe))
    if args.only:
        chosen = {k: v for k, v in chosen.items() if k == "whole" or k in args.only}
    for seed in range(args.seeds):
        for name, recipe in chosen.items():
            folder = args.out / f"{name.replace(' ', '-')}-{seed}"
            folder.mkdir(exist_ok=True)
            places = Places(args.data, args.prepared, folder, args.init, args.rendered)
            start = time.monotonic()
            state = train(
                replace(recipe, seed=seed),
                places,
                device=args.device,
                max_steps=args.steps,
                snapshot_minutes=1e9,
                with_backbone=not args.without_backbone,
                equal_steps=True,
            )
            if state.step < args.steps:  # asked to stop: half a run is no row
                return 1
            found.setdefault(name, []).append(glance(state.ema.cpu(), picked) | {"seconds": time.monotonic() - start})
            (args.out / "ablation.json").write_text(json.dumps(found, indent=1) + "\n")
            (args.out / "ablation.md").write_text(markdown(found, sites, args.steps))
    print((args.out / "ablation.md").read_text())
    return 0


def markdown(found: dict[str, list[dict[str, float]]], sites: list[str], steps: int) -> str:
    """Means over the seeds, with half the spread between them; what lies within that spread says nothing."""
    parts = [f"{steps} steps a run, {max(len(v) for v in found.values())} seeds; mean ± half the range"]
    for site in sites:
        lines = ["| " + " | ".join((site, *COLUMNS)) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
        for name, runs in found.items():
            cells = []
            for column in COLUMNS:
                values = [r[f"{site} {column}"] for r in runs]
                spread = f" ± {(max(values) - min(values)) / 2:.2g}" if len(values) > 1 else ""
                cells.append(f"{np.mean(values):.3g}{spread}")
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
