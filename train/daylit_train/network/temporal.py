"""Steadiness from frame to frame, inside the graph."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def temporal_blend(
    maps: Tensor, low: Tensor, past_maps: Tensor, past_low: Tensor, smoothing: Tensor, reset: Tensor
) -> Tensor:
    """Keep the past maps where the thermal picture stands still.

    smoothing [1] 0..1, reset [1] 0 or 1. Change is the 5x5 mean, then the 5x5 maximum, of |low - past low|.
    """
    change = F.max_pool2d(F.avg_pool2d((low - past_low).abs(), 5, 1, 2, count_include_pad=False), 5, 1, 2)
    keep = smoothing * (1 - reset) * torch.exp(-((change / 0.02) ** 2))
    return maps + keep * (past_maps - maps)
