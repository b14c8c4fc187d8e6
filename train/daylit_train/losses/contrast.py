"""Contrast as deep as the target's: without this term haze scores best."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .reduce import mean_of

TOO_FLAT = 1.5
"""Haze costs this many times as much as too much contrast: doubt always flattens."""


def contrast_loss(luma: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Log ratio of luma deviation against the target's, in windows of 16 and 56 px and over the whole picture."""

    def deviation(x: Tensor, size: int) -> Tensor:
        mean = F.avg_pool2d(x, size, size // 2)
        return ((F.avg_pool2d(x * x, size, size // 2) - mean * mean).clamp(min=0) + 1e-4).sqrt()

    def cost(gap: Tensor) -> Tensor:
        return gap.relu() + TOO_FLAT * (-gap).relu()

    total = luma.new_zeros(())
    for size in (16, 56):
        total = total + mean_of(cost(deviation(luma, size).log() - deviation(target, size).log()), weight)
    gap = (luma.flatten(1).std(1) + 0.01).log() - (target.flatten(1).std(1) + 0.01).log()
    return total + 2 * (cost(gap) * weight).mean()
