"""Edges where the thermal picture has them, none where it has only noise."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..network.things import SKY
from .reduce import charbonnier, mean_of


def local_norm(x: Tensor, size: int = 9) -> Tensor:
    """Zero mean, unit deviation in a sliding window; flat places stay near zero."""
    mean = F.avg_pool2d(x, size, 1, size // 2, count_include_pad=False)
    var = F.avg_pool2d(x * x, size, 1, size // 2, count_include_pad=False) - mean * mean
    return (x - mean) / (var.clamp(min=0) + 4e-4).sqrt()


def structure_loss(luma: Tensor, thermal: Tensor, target: Tensor, things: Tensor, weight: Tensor) -> Tensor:
    """1 - local correlation: signless against thermal edges outside the sky, signed (and less) against the target's.

    thermal: the picture before sensor noise, so that noise is not structure.
    """
    o, t, g = local_norm(luma), local_norm(thermal), local_norm(target)

    def correlation(a: Tensor, b: Tensor) -> Tensor:
        return F.avg_pool2d(a * b, 9, 4, 4)

    counts = F.avg_pool2d((things != SKY).float().unsqueeze(1), 9, 4, 4)
    with_thermal = (1 - correlation(o, t).abs() / (correlation(t, t) + 0.1)) * counts
    with_target = 1 - correlation(o, g) / (correlation(g, g) + 0.1)
    return mean_of(with_thermal, torch.ones_like(weight)) + mean_of(with_target, 0.5 * weight)


def calm_loss(luma: Tensor, target: Tensor, masks: Tensor, weight: Tensor) -> Tensor:
    """Fine luma detail in the sky beyond the target's: thermal noise must not pass."""

    def fine(x: Tensor) -> Tensor:
        return (x - F.avg_pool2d(x, 5, 1, 2, count_include_pad=False)).abs()

    pool = luma.shape[-1] // masks.shape[-1]
    excess = (F.avg_pool2d(fine(luma), pool) - F.avg_pool2d(fine(target), pool) - 0.002).relu()
    return mean_of(excess * masks[:, SKY : SKY + 1], 10 * weight)


def detail_loss(luma: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Full-scale luma distance, for pairs that are exact to the pixel."""
    return mean_of(charbonnier(luma - target), weight)
