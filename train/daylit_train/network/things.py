"""The class head: which kind of thing each cell of the thermal picture shows."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock
from .build import Build

THINGS = ("sky", "vegetation", "road", "building", "person", "vehicle")
SKY, VEGETATION, ROAD, BUILDING, PERSON, VEHICLE = range(len(THINGS))


class ThingHead(nn.Module):
    """Thermal features at 1/8 (64) and 1/16 (128) -> class logits at 1/8.

    It sees the thermal picture only, never the reference: what a thing is does not depend on the colours wanted.
    """

    def __init__(self, build: Build) -> None:
        super().__init__()
        width = build.wide(48)
        self.near = ConvBlock(build.wide(64), width, 1, act=False)
        self.wide = ConvBlock(build.wide(128), width, 1, act=False)
        self.classify = nn.Conv2d(width, len(THINGS), 1)

    def forward(self, f8: Tensor, f16: Tensor) -> Tensor:
        """[B,64,H/8,W/8], [B,128,H/16,W/16] -> [B,6,H/8,W/8]"""
        wide = F.interpolate(self.wide(f16), scale_factor=2, mode="bilinear")
        return self.classify(F.relu(self.near(f8) + wide))
