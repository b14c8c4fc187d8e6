"""Contrast as deep as the target's: without this term haze scores best."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .reduce import mean_of


def contrast_loss(luma: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Log ratio of luma deviation against the target's, in windows of 16 and 56 px and over the whole picture."""

    def deviation(x: Tensor, size: int) -> Tensor:
        mean = F.avg_pool2d(x, size, size // 2)
        return ((F.avg_pool2d(x * x, size, size // 2) - mean * mean).clamp(min=0) + 1e-4).sqrt()

    total = luma.new_zeros(())
    for size in (16, 56):
        total = total + mean_of((deviation(luma, size).log() - deviation(target, size).log()).abs(), weight)
    gap = (luma.flatten(1).std(1) + 0.01).log() - (target.flatten(1).std(1) + 0.01).log()
    return total + 2 * (gap.abs() * weight).mean()
