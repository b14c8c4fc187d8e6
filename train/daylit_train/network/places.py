"""Where cells and tokens lie, as waves over the picture; the product of two is highest at the same place."""

from __future__ import annotations

import math

import torch
from torch import Tensor

HALF_PERIODS = (0.75, 1.5, 3.0, 6.0)
"""Of each wave along a side: the longest tells top from bottom, the shortest a twelfth from the next."""
PLACE = 4 * len(HALF_PERIODS)
"""Length of a place: cosine and sine of each wave, across and down."""


def places(like: Tensor) -> Tensor:
    """The places of the cells of [B,C,h,w] in reading order, [h*w,PLACE]; its values do not matter."""
    h, w = like.shape[2:]
    down = _waves(torch.arange(h, device=like.device), h)
    across = _waves(torch.arange(w, device=like.device), w)
    both = torch.cat([across[None].expand(h, -1, -1), down[:, None].expand(-1, w, -1)], 2)
    return both.reshape(-1, PLACE)


def by_wave(amplitude: Tensor) -> Tensor:
    """One number a wave [waves] -> one for each entry of a place [PLACE]."""
    return amplitude.repeat(4)


def _waves(steps: Tensor, count: int) -> Tensor:
    """[n] -> [n,PLACE/2]: the cosines, then the sines."""
    turns = math.pi * torch.tensor(HALF_PERIODS, device=steps.device)
    angle = ((steps.float() + 0.5) / count)[:, None] * turns
    return torch.cat([angle.cos(), angle.sin()], 1)
