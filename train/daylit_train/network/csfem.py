"""Channel-spatial feature enhancement (CSFEM): our reading of the paper's name."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class CSFEM(nn.Module):
    """A squeeze-excite gate over channels, then a 7x7 gate over places. Both gates lie in 0..2."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.channel = nn.Sequential(
            nn.Conv2d(channels, channels // 4, 1), nn.ReLU(), nn.Conv2d(channels // 4, channels, 1)
        )
        self.spatial = nn.Conv2d(2, 1, 7, padding=3)

    def forward(self, x: Tensor) -> Tensor:
        """[B,C,h,w] -> [B,C,h,w]"""
        x = x * (2 * torch.sigmoid(self.channel(x.mean((2, 3), keepdim=True))))
        pooled = torch.cat([x.mean(1, keepdim=True), x.amax(1, keepdim=True)], 1)
        return x * (2 * torch.sigmoid(self.spatial(pooled)))
