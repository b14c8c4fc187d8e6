"""The reference encoder, run once per reference set."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock, patch_stem
from .build import Build
from .colour import colour_stats, rgb_to_ycc
from .places import places
from .tokens import DIM, Tokens


class ReferenceEncoder(nn.Module):
    """Photos [B,3,S,S] RGB 0..1 -> Tokens with T = (S/16)^2 and R = 1."""

    def __init__(self, build: Build) -> None:
        super().__init__()
        c4, c8, c16, c32 = (build.wide(c) for c in (32, 64, 128, 160))
        self.to4 = nn.Sequential(patch_stem(3, c4), ConvBlock(c4, c4, 3, groups=c4), ConvBlock(c4, c4, 1))
        self.to8 = nn.Sequential(ConvBlock(c4, c8, 3, 2), build.mfim(c8, (1, 2)))
        self.to16 = nn.Sequential(ConvBlock(c8, c16, 3, 2), build.mfim(c16, (1, 2, 4)))
        context = (build.mfim(c32, (1, 2, 3)), build.mfim(c32, (1, 2, 3)), build.csfem(c32))
        self.to32 = nn.Sequential(ConvBlock(c16, c32, 3, 2), *context)
        self.from32 = ConvBlock(c32, c32, 1, act=False)
        self.lateral = ConvBlock(c16, c32, 1, act=False)
        self.key = nn.Conv2d(c32, DIM, 1)
        self.value = nn.Conv2d(c32 + 3, DIM, 1)

    def forward(self, photo: Tensor) -> Tokens:
        ycc = rgb_to_ycc(photo)
        f16 = self.to16(self.to8(self.to4(photo - 0.5)))
        up = F.interpolate(self.from32(self.to32(f16)), scale_factor=2, mode="bilinear")
        features = F.relu(self.lateral(f16) + up)
        colours = F.avg_pool2d(ycc, 16)
        looks = F.normalize(self.key(features).flatten(2).transpose(1, 2), dim=2)
        keys = torch.cat([looks, places(features).expand(looks.shape[0], -1, -1)], 2)
        values = self.value(torch.cat([features, colours * 4], 1)).flatten(2).transpose(1, 2)
        stats = colour_stats(F.avg_pool2d(ycc, 4)).unsqueeze(1)
        return Tokens(keys, values, colours.flatten(2).transpose(1, 2), stats)
