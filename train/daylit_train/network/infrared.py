"""The thermal encoder."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock, patch_stem
from .csfem import CSFEM
from .mfim import MFIM


class InfraredEncoder(nn.Module):
    """Thermal [B,1,H,W] 0..1 -> features at 1/4 (32), 1/8 (64) and 1/16 (128, with context from 1/32)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = patch_stem(1, 32)
        self.at4 = nn.Sequential(ConvBlock(32, 32, 3, groups=32), ConvBlock(32, 32, 1))
        self.to8 = ConvBlock(32, 64, 3, 2)
        self.at8 = MFIM(64, (1, 2, 4))
        self.to16 = ConvBlock(64, 128, 3, 2)
        self.at16 = nn.Sequential(MFIM(128, (1, 2, 4)), MFIM(128, (1, 2, 4)))
        self.to32 = nn.Sequential(ConvBlock(128, 128, 3, 2, groups=128), ConvBlock(128, 160, 1))
        self.at32 = nn.Sequential(MFIM(160, (1, 2, 3)), MFIM(160, (1, 2, 3)), CSFEM(160))
        self.from32 = ConvBlock(160, 128, 1, act=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        f4 = self.stem(x - 0.5)
        f4 = f4 + self.at4(f4)
        f8 = self.at8(self.to8(f4))
        f16 = self.at16(self.to16(f8))
        up = F.interpolate(self.from32(self.at32(self.to32(f16))), scale_factor=2, mode="bilinear")
        return f4, f8, F.relu(f16 + up)
