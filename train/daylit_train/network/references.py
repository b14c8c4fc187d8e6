"""The reference encoder, run once per reference set."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock, patch_stem
from .colour import colour_stats, rgb_to_ycc
from .csfem import CSFEM
from .mfim import MFIM
from .tokens import DIM, Tokens


class ReferenceEncoder(nn.Module):
    """Photos [B,3,S,S] RGB 0..1 -> Tokens with T = (S/16)^2 and R = 1."""

    def __init__(self) -> None:
        super().__init__()
        self.to4 = nn.Sequential(patch_stem(3, 32), ConvBlock(32, 32, 3, groups=32), ConvBlock(32, 32, 1))
        self.to8 = nn.Sequential(ConvBlock(32, 64, 3, 2), MFIM(64, (1, 2)))
        self.to16 = nn.Sequential(ConvBlock(64, 128, 3, 2), MFIM(128, (1, 2, 4)))
        self.to32 = nn.Sequential(ConvBlock(128, 160, 3, 2), MFIM(160, (1, 2, 3)), MFIM(160, (1, 2, 3)), CSFEM(160))
        self.from32 = ConvBlock(160, 160, 1, act=False)
        self.lateral = ConvBlock(128, 160, 1, act=False)
        self.key = nn.Conv2d(160, DIM, 1)
        self.value = nn.Conv2d(160 + 3, DIM, 1)

    def forward(self, photo: Tensor) -> Tokens:
        ycc = rgb_to_ycc(photo)
        f16 = self.to16(self.to8(self.to4(photo - 0.5)))
        up = F.interpolate(self.from32(self.to32(f16)), scale_factor=2, mode="bilinear")
        features = F.relu(self.lateral(f16) + up)
        colours = F.avg_pool2d(ycc, 16)
        keys = F.normalize(self.key(features).flatten(2).transpose(1, 2), dim=2)
        values = self.value(torch.cat([features, colours * 4], 1)).flatten(2).transpose(1, 2)
        stats = colour_stats(F.avg_pool2d(ycc, 4)).unsqueeze(1)
        return Tokens(keys, values, colours.flatten(2).transpose(1, 2), stats)
