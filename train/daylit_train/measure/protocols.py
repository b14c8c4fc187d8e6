"""Every picture under every protocol: self, scene, cross, none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import cv2
import numpy as np

from ..data.images import Bytes
from ..data.pictures import Pair
from . import picture
from .baselines import BASELINES, WITHOUT_REFERENCE
from .colorizer import Colorizer
from .lab import chroma, mean_lab, turn_hue
from .normalise import spread

PROTOCOLS = ("self", "scene", "cross", "none")
MEASURES = ("psnr", "ssim", "ab_error", "chroma_ratio", "contrast", "structure", "apce")

Table = dict[str, dict[str, dict[str, float]]]
"""Protocol -> method -> measure."""


@dataclass
class Scores:
    """What one site gave."""

    table: Table
    rows: dict[str, list[list[Bytes]]] = field(default_factory=dict)
    """Model -> sheet rows: thermal, self, scene reference and output, cross reference and output, none, real."""
    outputs: dict[str, dict[str, list[Bytes]]] = field(default_factory=dict)
    """Method -> protocol -> pictures, in the order of the pairs."""
    per_picture: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    """Model -> protocol -> PSNR of each pair."""


References = dict[str, Bytes | None]
"""Protocol -> picture; None: not to be had, or no reference wanted."""


def choose_references(pairs: list[Pair]) -> dict[str, References]:
    """The references of every pair by its name, without chance, as the runtime's ``evaluate`` chooses them.

    Pairs, blocks and sites are in the order of their names, each in a circle. ``scene``: the next pair of the block.
    ``cross``: the pair with the same place in the next site, counted on from its start if that is shorter; with a
    single site, of the next block.
    """
    pairs = sorted(pairs, key=lambda p: p.name)
    blocks, sites = _grouped(pairs, [p.block for p in pairs]), _grouped(pairs, [site_of(p) for p in pairs])
    strangers = sites if len(sites) > 1 else blocks
    chosen: dict[str, References] = {}
    for pair in pairs:
        block = blocks[pair.block]
        scene = block[(block.index(pair) + 1) % len(block)]
        key = site_of(pair) if len(sites) > 1 else pair.block
        keys = list(strangers)
        others = strangers[keys[(keys.index(key) + 1) % len(keys)]]
        cross = others[strangers[key].index(pair) % len(others)]
        chosen[pair.name] = {
            "self": pair.visible,
            "scene": None if scene is pair else scene.visible,
            "cross": cross.visible if len(strangers) > 1 else None,
            "none": None,
        }
    return chosen


def site_of(pair: Pair) -> str:
    """What stands before the last hyphen of the name."""
    return pair.name.rpartition("-")[0] or pair.name


def _grouped(pairs: list[Pair], keys: list[str]) -> dict[str, list[Pair]]:
    return {key: [p for p, k in zip(pairs, keys, strict=True) if k == key] for key in sorted(set(keys))}


def score(models: dict[str, Colorizer], pairs: list[Pair], references: dict[str, References]) -> Scores:
    """All models and baselines on one site."""
    found: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    outputs: dict[str, dict[str, list[Bytes]]] = defaultdict(lambda: defaultdict(list))
    rows: dict[str, list[list[Bytes]]] = {name: [] for name in models}
    for pair in pairs:
        thermal, real, refs = spread(pair.thermal), pair.visible, references[pair.name]
        results: dict[str, dict[str, Bytes]] = defaultdict(dict)
        for protocol in PROTOCOLS:
            reference = refs[protocol]
            if reference is None and protocol != "none":
                continue
            photos = [] if reference is None else [reference]
            drawn = {name: net.still(thermal, photos) for name, net in models.items()}
            for name, method in BASELINES.items():
                if reference is not None or name in WITHOUT_REFERENCE:
                    drawn[name] = method(thermal, real if reference is None else reference)
            for name, out in drawn.items():
                kept = found[protocol][name]
                kept["psnr"].append(picture.psnr(out, real))
                kept["ssim"].append(picture.ssim(out, real))
                kept["ab_error"].append(picture.ab_error(out, real))
                kept["chroma_ratio"].append(chroma(out) / max(1.0, chroma(real if reference is None else reference)))
                kept["contrast"].append(picture.contrast(out, real))
                kept["structure"].append(picture.structure(out, thermal))
                kept["apce"].append(picture.apce(out, thermal))
                kept["colourfulness"].append(picture.colourfulness(out))
                outputs[name][protocol].append(out)
                results[name][protocol] = out
                if reference is not None and name in models:
                    turned = turn_hue(reference, 90)
                    asked = (mean_lab(turned) - mean_lab(reference))[1:]
                    got = (mean_lab(models[name].still(thermal, [turned])) - mean_lab(out))[1:]
                    kept["hue_asked"].append(float(asked @ asked))
                    kept["hue_got"].append(float(got @ asked))
        _swap(found, results, refs, models)
        outputs["real"]["self"].append(real)
        outputs["thermal"]["self"].append(thermal)
        for name in models:
            rows[name].append(_row(thermal, results[name], refs, real))
    table = {p: {m: _means(k) for m, k in methods.items()} for p, methods in found.items()}
    per_picture = {m: {p: found[p][m]["psnr"] for p in PROTOCOLS if m in found[p]} for m in models}
    return Scores(table, rows, {m: dict(p) for m, p in outputs.items()}, per_picture)


def _swap(
    found: dict[str, dict[str, dict[str, list[float]]]],
    results: dict[str, dict[str, Bytes]],
    refs: References,
    models: dict[str, Colorizer],
) -> None:
    """Distance of the mean Lab colours of two outputs over that of their references (self against cross)."""
    own, other = refs["self"], refs["cross"]
    if own is None or other is None:
        return
    apart = float(np.linalg.norm(mean_lab(own) - mean_lab(other)))
    for name in models:
        got = float(np.linalg.norm(mean_lab(results[name]["self"]) - mean_lab(results[name]["cross"])))
        found["cross"][name]["swap_got"].append(got)
        found["cross"][name]["swap_asked"].append(apart)


def _means(kept: dict[str, list[float]]) -> dict[str, float]:
    out = {k: float(np.mean(v)) for k, v in kept.items() if not k.startswith(("hue_", "swap_"))}
    if kept.get("hue_asked"):
        out["hue_obedience"] = float(np.sum(kept["hue_got"]) / max(1e-6, np.sum(kept["hue_asked"])))
    if kept.get("swap_asked"):
        out["swap"] = float(np.sum(kept["swap_got"]) / max(1e-6, np.sum(kept["swap_asked"])))
    out["pictures"] = len(kept["psnr"])
    return out


def _row(thermal: Bytes, drawn: dict[str, Bytes], refs: References, real: Bytes) -> list[Bytes]:
    row = [thermal, drawn["self"]]
    for protocol in ("scene", "cross"):
        reference = refs[protocol]
        if reference is None:
            row += [np.zeros_like(real), np.zeros_like(real)]
        else:
            small = cv2.resize(reference, real.shape[1::-1], interpolation=cv2.INTER_AREA)
            row += [np.asarray(small, np.uint8), drawn[protocol]]
    return [*row, drawn["none"], real]
