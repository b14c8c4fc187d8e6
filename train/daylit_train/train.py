"""``train``: one run by one recipe; goes on from its last checkpoint."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from .recipe import read_recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", type=Path, required=True, help="TOML file, such as recipes/live.toml")
    parser.add_argument("--data", type=Path, required=True, help="folder with pairs/, photos/ and thermal16/")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that prepare wrote")
    parser.add_argument("--rendered", type=Path, help="pairs rendered from daylit's own scenes (thermal/, visible/)")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints, sheets and losses")
    parser.add_argument("--init", type=Path, help="weights to start from (a checkpoint or a state dict)")
    parser.add_argument("--device", default="auto", help="cpu, cuda or auto")
    parser.add_argument("--minutes", type=float, help="instead of the recipe's")
    parser.add_argument("--steps", type=int, help="stop after so many steps in all")
    parser.add_argument("--snapshot-minutes", type=float, default=4, help="time between checkpoints")
    parser.add_argument("--without-backbone", action="store_true", help="no perceptual terms (tests)")


def run(args: argparse.Namespace) -> int:
    from .training.loop import Places, train

    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "pid").write_text(f"{os.getpid()}\n")
    places = Places(args.data, args.prepared, args.out, args.init, args.rendered)
    train(
        read_recipe(args.recipe),
        places,
        device=args.device,
        minutes=args.minutes,
        max_steps=args.steps,
        snapshot_minutes=args.snapshot_minutes,
        with_backbone=not args.without_backbone,
    )
    return 0
