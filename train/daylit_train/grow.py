"""``grow``: a wider network that draws what a trained one draws, to be trained on."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from .network.model import Model
from .recipe import read_recipe
from .training.checkpoint import read_model, read_null_things


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, required=True, help="a checkpoint of the narrow network")
    parser.add_argument("--recipe", type=Path, required=True, help="of the wide one: a whole multiple of its width")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write, for train --init")
    parser.add_argument("--seed", type=int, default=0)


def run(args: argparse.Namespace) -> int:
    wide = grown(read_model(args.weights), Model(read_recipe(args.recipe).network), args.seed)
    held: dict[str, object] = {"ema": wide.state_dict()}
    null_things = read_null_things(args.weights)
    if null_things is not None:
        held["null_things"] = null_things
    torch.save(held, args.out)
    return 0


def grown(narrow: Model, wide: Model, seed: int = 0) -> Model:
    """``wide`` with weights by which it draws exactly what ``narrow`` does (Net2Net, Chen et al., ICLR 2016).

    Every channel stands there several times. What reads one reads its copies with random shares that add up to one,
    so that copies learn different things from the first step on. Raises ValueError unless one width is a whole
    multiple of the other.
    """
    rng = torch.Generator().manual_seed(seed)
    old, new = narrow.state_dict(), wide.state_dict()
    times = new["generator.infrared.stem.0.weight"].shape[0] // old["generator.infrared.stem.0.weight"].shape[0]
    for name, value in old.items():
        target = new[name]
        fits = value
        if value.dim() > 0 and value.shape[0] != target.shape[0]:
            fits = _repeated(fits, 2 if ".film." in name else 1, times)
        if value.dim() > 1 and value.shape[1] != target.shape[1]:
            blocks = 2 * value.shape[1] // value.shape[0] if ".fuse.0." in name else 1
            fits = _shared(fits, target.shape[1], blocks, times, rng)
        if fits.shape != target.shape:
            raise ValueError(f"{name}: {tuple(value.shape)} is not {times} times as wide in {tuple(target.shape)}")
        target.copy_(fits)
    return wide


def _repeated(value: Tensor, blocks: int, times: int) -> Tensor:
    """[n,...] -> [times*n,...], each of so many blocks ``times`` over."""
    return torch.cat([block for part in value.chunk(blocks) for block in [part] * times])


def _shared(value: Tensor, width: int, blocks: int, times: int, rng: torch.Generator) -> Tensor:
    """[o,n,...] -> [o,width,...]: inputs that grew are shared among their copies, those behind them stay."""
    grew = (width - value.shape[1]) // (times - 1)
    parts = []
    for part in value[:, :grew].chunk(blocks, 1):
        share = torch.randn(times, *part.shape[:2], generator=rng).softmax(0)
        parts += [part * each.reshape(*part.shape[:2], *[1] * (part.dim() - 2)) for each in share]
    return torch.cat([*parts, value[:, grew:]], 1)
