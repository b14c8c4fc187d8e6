"""``evaluate``: model folders and baselines on pairs, made-up pairs, clips and a detector."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from .data.images import Bytes
from .data.pictures import Pair, Photo, load_pairs, load_photos
from .data.splits import hash_of, names_of
from .measure.baselines import inverted, ironbow, raw
from .measure.clips import Clip, read_clip
from .measure.colorizer import Colorizer
from .measure.detector import Detector, compare
from .measure.kid import Features, kid
from .measure.polarity import made_up_views, polarity
from .measure.protocols import Scores, choose_references, score, site_of
from .measure.report import markdown
from .measure.robustness import colour_change
from .sheets import sheet

CLIP_FRAMES, SMOOTHING = 45, 0.8
INT8_FILE = "frame-int8.onnx"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/, photos/, clips/ and detector/")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that prepare wrote")
    parser.add_argument("--model", type=Path, action="append", required=True, help="model folder; may be repeated")
    parser.add_argument("--out", type=Path, required=True, help="folder for report.md, report.json and sheets")
    parser.add_argument("--limit", type=int, default=0, help="at most so many pairs of a site (0: all)")
    parser.add_argument("--quick", action="store_true", help="pairs and polarity only")


def run(args: argparse.Namespace) -> int:
    names = [path.name if path.name != "model" else path.parent.name for path in args.model]
    if len(set(names)) < len(names):
        raise SystemExit("model folders must have different names")
    models = {name: Colorizer(path) for name, path in zip(names, args.model, strict=True)}
    for name, path in zip(names, args.model, strict=True):
        if (path / INT8_FILE).exists():
            models[f"{name} int8"] = Colorizer(path, frame_file=INT8_FILE)
    labels = args.prepared / "labels"
    pairs = load_pairs(args.data / "pairs" / "val", labels)
    photos = load_photos(args.data / "photos", labels)
    held = set(names_of("photos-val"))
    report: dict[str, Any] = {
        "about": {
            "models": ", ".join(f"{n} ({_version(p)})" for n, p in zip(names, args.model, strict=True)),
            "pairs-val SHA-256": hash_of([p.name for p in pairs]),
            "photos-val SHA-256": hash_of([p.name for p in photos if p.name in held]),
            "KID": "efficientnet-lite0 features, times 1000, against the real pictures of the site; compare only here",
        },
        "sites": {},
    }
    detector = args.data / "detector" / "detector.onnx"
    features = None if args.quick else Features()
    references = choose_references(pairs)
    for site in sorted({site_of(p) for p in pairs}):
        own = [p for p in pairs if site_of(p) == site]
        if args.limit:
            own = [own[i] for i in np.linspace(0, len(own) - 1, min(args.limit, len(own))).astype(int)]
        print(f"{site}: {len(own)} pairs", flush=True)
        scores = score(models, own, references)
        report["sites"][site] = _site(scores, models, own, features, detector if not args.quick else None)
        for name, rows in scores.rows.items():
            for k in range(0, len(rows), 12):
                sheet(rows[k : k + 12], args.out / f"sheet-{name}-{site}-{k // 12}.jpg", width=190)
    views = made_up_views([p for p in photos if p.name in held and p.labelled])
    report["polarity"] = {"raw thermal": polarity(raw, views)}
    for name, net in models.items():
        report["polarity"][f"{name}, self"] = polarity(net.with_own, views)
        report["polarity"][f"{name}, none"] = polarity(net.without, views)
    if not args.quick:
        report["clips"] = _clips(models, args.data / "clips", photos, args.out)
        report["latency"] = _latency(models)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    (args.out / "report.md").write_text(markdown(report))
    print(markdown(report))
    return 0


def _version(folder: Path) -> str:
    return str(json.loads((folder / "model.json").read_text())["version"])


def _site(
    scores: Scores, models: dict[str, Colorizer], pairs: list[Pair], features: Features | None, detector: Path | None
) -> dict[str, Any]:
    outputs = scores.outputs
    real, thermal = outputs["real"]["self"], outputs["thermal"]["self"]
    out: dict[str, Any] = {"pictures": len(pairs), "protocols": scores.table, "sets": {}, "per_picture": {}}
    out["per_picture"] = {"names": [p.name for p in pairs], **scores.per_picture}
    for name, by_protocol in outputs.items():
        for protocol in ("self", "none"):
            if name in ("real", "thermal") or protocol not in by_protocol:
                continue
            row = {"colourfulness": scores.table[protocol][name]["colourfulness"]}
            if features is not None:
                row["kid"] = kid(features(by_protocol[protocol]), features(real))
            out["sets"][f"{name}, {protocol}"] = row
    out["robustness"] = {n: {"colour_change": colour_change(net, thermal[:8], real[:8])} for n, net in models.items()}
    if detector is not None and detector.exists():
        detect = Detector(detector)
        shown: dict[str, list[Bytes]] = {
            "raw thermal": [raw(t, t) for t in thermal],
            "inverted thermal": [inverted(t, t) for t in thermal],
            "ironbow": [ironbow(t, t) for t in thermal],
        }
        for name in models:
            for protocol in ("self", "none"):
                shown[f"{name}, {protocol}"] = outputs[name][protocol]
        out["detector"] = {name: compare(detect, real, thermal, pictures) for name, pictures in shown.items()}
    return out


def _clips(models: dict[str, Colorizer], folder: Path, photos: list[Photo], out: Path) -> dict[str, dict[str, float]]:
    album = [p.image for p in photos if p.name.startswith("lund")][:1] or [photos[0].image]
    found = {}
    for path in sorted(folder.glob("*hot.mp4")):
        clip = Clip(read_clip(path, CLIP_FRAMES, "blackhot" in path.name))
        columns = [clip.thermal]
        for name, net in models.items():
            for title, references in (("reference", album), ("none", [])):
                drawn = net.clip(clip.thermal, references, SMOOTHING)
                found[f"{path.stem}, {name}, {title}"] = clip.steadiness(drawn)
                columns.append(drawn)
        step = max(1, len(clip.thermal) // 4)
        rows = [[column[i] for column in columns] for i in range(step - 1, len(clip.thermal), step)]
        sheet(rows[:4], out / f"clip-{path.stem}.jpg", width=300)
    return found


def _latency(models: dict[str, Colorizer]) -> dict[str, dict[str, float]]:
    """Models take turns, so that a busy moment hits all; the best of three medians counts."""
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in models}
    for _ in range(3):
        for name, net in models.items():
            runs[name].append(net.latency())
    return {n: {"median": min(m for m, _ in v), "best": min(b for _, b in v)} for n, v in runs.items()}
