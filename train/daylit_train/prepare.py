"""``prepare``: check the data against the committed splits and give every daylight picture a class map."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from .data.images import read_rgb, write_image
from .data.labels import lookup, paint, read_label
from .data.segment import segment, train_segmenter
from .data.splits import hash_of, names_of
from .network.things import THINGS
from .sheets import sheet


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/ and photos/")
    parser.add_argument("--out", type=Path, required=True, help="folder for the prepared class maps")
    parser.add_argument("--rendered", type=Path, help="pairs rendered from daylit's own scenes (thermal/, visible/)")
    parser.add_argument("--steps", type=int, default=500, help="training steps of the segmenter")
    parser.add_argument(
        "--unlabelled",
        nargs="*",
        default=["flircrop", "drone", "synthdrone"],
        help="pictures whose names start so get no class map: object crops and top views mislead the segmenter",
    )
    parser.add_argument("--own-splits", action="store_true", help="your own pictures: do not compare with splits/")


def run(args: argparse.Namespace) -> int:
    pairs = {s: sorted((args.data / "pairs" / s / "visible").iterdir()) for s in ("train", "val")}
    if not args.own_splits:
        for split, paths in pairs.items():
            expected = names_of(f"pairs-{split}")
            if hash_of([p.stem for p in paths]) != hash_of(expected):
                raise SystemExit(f"pairs/{split} differs from splits/pairs-{split}.txt; use --own-splits for your own")
    table = lookup(args.data / "photos" / "classes.json")
    photos = sorted((args.data / "photos" / "image").iterdir())
    held = set(names_of("photos-val"))
    true = {p.stem: args.data / "photos" / "label" / f"{p.stem}.png" for p in photos}
    labelled = [p for p in photos if true[p.stem].exists()]
    for p in labelled:
        write_image(args.out / "labels" / f"{p.stem}.png", read_label(true[p.stem], table))
    seen = [(read_rgb(p), read_label(true[p.stem], table)) for p in labelled if p.stem not in held]
    if not seen:
        raise SystemExit("no labelled photos: the segmenter has nothing to learn from")
    net = train_segmenter(seen, args.steps)
    hits, total = np.zeros(len(THINGS)), np.zeros(len(THINGS))
    for p in (p for p in labelled if p.stem in held):
        guess, truth = segment(net, read_rgb(p), sure=0.0), read_label(true[p.stem], table)
        for k in range(len(THINGS)):
            hits[k] += ((guess == k) & (truth == k)).sum()
            total[k] += (((guess == k) | (truth == k)) & (truth != 255)).sum()
    overlap = {name: round(float(h / max(t, 1)), 3) for name, h, t in zip(THINGS, hits, total, strict=True)}
    print("segmenter, IoU on held-out photos:", overlap)
    rows = []
    rendered = sorted((args.rendered / "visible").iterdir()) if args.rendered else []
    todo = [*rendered, *pairs["train"], *pairs["val"], *(p for p in photos if not true[p.stem].exists())]
    for i, p in enumerate(todo):
        image = read_rgb(p)
        if p.stem.startswith(tuple(args.unlabelled)):
            continue
        things = segment(net, image)
        write_image(args.out / "labels" / f"{p.stem}.png", things)
        if i % max(1, len(todo) // 24) == 0:
            rows.append([image, paint(things)])
    sheet(rows, args.out / "labels.jpg", columns=3)
    print(f"{len(todo) + len(labelled)} class maps in {args.out / 'labels'}; look at {args.out / 'labels.jpg'}")
    return 0
