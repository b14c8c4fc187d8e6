"""Multi-receptive-field feature integration (MFIM): our reading of the paper's name."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock


class MFIM(nn.Module):
    """Parallel dilated depthwise branches beside the identity, fused by a 1x1 convolution, residual."""

    def __init__(self, channels: int, dilations: tuple[int, ...] = (1, 2, 4)) -> None:
        super().__init__()
        mid = channels // 2
        self.reduce = ConvBlock(channels, mid, 1)
        self.branches = nn.ModuleList(ConvBlock(mid, mid, 3, groups=mid, dilation=d) for d in dilations)
        self.fuse = ConvBlock(mid * (len(dilations) + 1), channels, 1, act=False)

    def starts_as_identity(self) -> MFIM:
        """Zero the last norm, so that a module added to trained weights changes nothing at first."""
        norm = self.fuse[1]
        assert isinstance(norm, nn.BatchNorm2d)
        nn.init.zeros_(norm.weight)
        return self

    def forward(self, x: Tensor) -> Tensor:
        """[B,C,h,w] -> [B,C,h,w]"""
        reduced = self.reduce(x)
        seen = [reduced, *(branch(reduced) for branch in self.branches)]
        return F.relu(x + self.fuse(torch.cat(seen, 1)))
