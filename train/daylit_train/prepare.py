"""``prepare``: check the data against the committed splits and give every daylight picture a class map."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from .data.images import Bytes, read_rgb, write_image
from .data.labels import VOID, field_things, lookup, paint, read_label
from .data.segment import Segmenter, segment, train_segmenter
from .data.splits import hash_of, names_of
from .network.things import THINGS
from .sheets import sheet

TOP_VIEWS = "synthdrone"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/ and photos/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the prepared class maps")
    parser.add_argument("--rendered", type=Path, help="pairs rendered from daylit's own scenes (thermal/, visible/)")
    parser.add_argument("--segmenter", type=Path, help="segmenter.pt of an earlier prepare, instead of training one")
    parser.add_argument("--steps", type=int, default=500, help="training steps of the segmenter")
    parser.add_argument(
        "--unlabelled",
        nargs="*",
        default=["flircrop", "drone"],
        help="pictures whose names start so get no class map: object crops and top views mislead the segmenter",
    )
    parser.add_argument("--own-splits", action="store_true", help="your own pictures: do not compare with splits/")


def run(args: argparse.Namespace) -> int:
    labels = args.out / "labels"
    pairs = {split: _pictures(args.data / "pairs" / split / "visible") for split in ("train", "val")}
    if not args.own_splits:
        _check_splits(pairs)
    photos = _pictures(args.data / "photos" / "image")
    drawn = _drawn_maps(args.data / "photos", photos)
    for path in photos:
        if path.stem in drawn:
            write_image(labels / f"{path.stem}.png", drawn[path.stem])
    net = _segmenter(args, photos, drawn)
    rendered = _pictures(args.rendered / "visible") if args.rendered else []
    todo = [*rendered, *pairs["train"], *pairs["val"], *(p for p in photos if p.stem not in drawn)]
    todo = [p for p in todo if not p.stem.startswith(tuple(args.unlabelled))]
    rows = []
    for i, path in enumerate(todo):
        image = read_rgb(path)
        things = field_things(image) if path.stem.startswith(TOP_VIEWS) else segment(net, image)
        write_image(labels / f"{path.stem}.png", things)
        if i % max(1, len(todo) // 24) == 0:
            rows.append([image, paint(things)])
    sheet(rows, args.out / "labels.jpg", columns=3)
    print(f"{len(todo) + len(drawn)} class maps in {labels}; look at {args.out / 'labels.jpg'}")
    return 0


def _pictures(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.exists() else []


def _check_splits(pairs: dict[str, list[Path]]) -> None:
    for split, paths in pairs.items():
        if hash_of([p.stem for p in paths]) != hash_of(names_of(f"pairs-{split}")):
            raise SystemExit(f"pairs/{split} differs from splits/pairs-{split}.txt; use --own-splits for your own")


def _drawn_maps(folder: Path, photos: list[Path]) -> dict[str, Bytes]:
    """Stem -> class map, for the photos that people have labelled."""
    paths = {p.stem: folder / "label" / f"{p.stem}.png" for p in photos}
    if not any(path.exists() for path in paths.values()):
        return {}
    table = lookup(folder / "classes.json")
    return {stem: read_label(path, table) for stem, path in paths.items() if path.exists()}


def _segmenter(args: argparse.Namespace, photos: list[Path], drawn: dict[str, Bytes]) -> Segmenter:
    """An earlier one, or one trained on the labelled photos and scored on the held-out ones."""
    net = Segmenter()
    if args.segmenter:
        net.load_state_dict(torch.load(args.segmenter, weights_only=True))
        return net.eval()
    held = set(names_of("photos-val"))
    labelled = [p for p in photos if p.stem in drawn]
    seen = [(read_rgb(p), drawn[p.stem]) for p in labelled if p.stem not in held]
    if not seen:
        raise SystemExit("no labelled photos: the segmenter has nothing to learn from (or pass --segmenter)")
    net = train_segmenter(seen, args.steps)
    torch.save(net.state_dict(), args.out / "segmenter.pt")
    both, either = np.zeros(len(THINGS)), np.zeros(len(THINGS))
    for path in (p for p in labelled if p.stem in held):
        guess, truth = segment(net, read_rgb(path), sure=0.0), drawn[path.stem]
        for k in range(len(THINGS)):
            both[k] += ((guess == k) & (truth == k)).sum()
            either[k] += (((guess == k) | (truth == k)) & (truth != VOID)).sum()
    overlap = {n: round(float(b / max(e, 1)), 3) for n, b, e in zip(THINGS, both, either, strict=True)}
    print("segmenter, IoU on held-out photos:", overlap)
    return net
