"""Distance of ImageNet features."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor

from .reduce import mean_of


def perceptual_loss(out: list[Tensor], target: list[Tensor], weight: Tensor) -> Tensor:
    """Channel-normalised feature distance, summed over the scales."""
    total = out[0].new_zeros(())
    for o, t in zip(out, target, strict=True):
        total = total + mean_of((F.normalize(o, dim=1) - F.normalize(t, dim=1)).pow(2).sum(1), weight)
    return total
