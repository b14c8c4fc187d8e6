"""The thermal encoder."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock, patch_stem
from .build import Build


class InfraredEncoder(nn.Module):
    """Thermal [B,1,H,W] 0..1 -> features at 1/4 (32), 1/8 (64) and 1/16 (128, with context from 1/32)."""

    def __init__(self, build: Build) -> None:
        super().__init__()
        c4, c8, c16, c32 = (build.wide(c) for c in (32, 64, 128, 160))
        self.stem = patch_stem(1, c4)
        self.at4 = nn.Sequential(ConvBlock(c4, c4, 3, groups=c4), ConvBlock(c4, c4, 1))
        self.to8 = ConvBlock(c4, c8, 3, 2)
        self.at8 = build.mfim(c8, (1, 2, 4))
        self.to16 = ConvBlock(c8, c16, 3, 2)
        self.at16 = nn.Sequential(build.mfim(c16, (1, 2, 4)), build.mfim(c16, (1, 2, 4)))
        self.to32 = nn.Sequential(ConvBlock(c16, c16, 3, 2, groups=c16), ConvBlock(c16, c32, 1))
        self.at32 = nn.Sequential(build.mfim(c32, (1, 2, 3)), build.mfim(c32, (1, 2, 3)), build.csfem(c32))
        self.from32 = ConvBlock(c32, c16, 1, act=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        f4 = self.stem(x - 0.5)
        f4 = f4 + self.at4(f4)
        f8 = self.at8(self.to8(f4))
        f16 = self.at16(self.to16(f8))
        up = F.interpolate(self.from32(self.at32(self.to32(f16))), scale_factor=2, mode="bilinear")
        return f4, f8, F.relu(f16 + up)
