"""From thermal features and the aligned reference to six maps at a quarter of the frame's size."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock
from .build import Build
from .colour import STATS
from .things import THINGS
from .tokens import DIM

MAPS = 6
"""y, cb, cr, gain of y, gain of cb, gain of cr."""

CHROMA_GAIN = 0.2
"""
Largest share of thermal detail that may turn into colour. Inside pictures 99.99 % of the gains stay below 0.18 by
themselves; in the topmost row, where the network has little to go by, they reached 13 and made orange and blue specks.
"""


def neighbours(x: Tensor) -> Tensor:
    """[B,C,h,w] -> [B,C,9,h,w]: each cell's 3 x 3 neighbourhood, edges repeated."""
    h, w = x.shape[2:]
    padded = F.pad(x, (1, 1, 1, 1), mode="replicate")
    return torch.stack([padded[:, :, i : i + h, j : j + w] for i in range(3) for j in range(3)], 2)


def zeroed(layer: nn.Conv2d | nn.Linear) -> nn.Conv2d | nn.Linear:
    """A layer that adds nothing until it has learned something."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Decoder(nn.Module):
    """Joins the two encoders; classes of things steer it at 1/16 and at 1/8.

    Aligned colours go from 1/16 to 1/8 as a learned convex mix of the 3 x 3 nearest cells, so colour borders follow
    the thermal picture and no colour is invented on the way. Luma is a mix of the aligned luma, of the thermal
    low-pass with a learned share (people are warm, yet not bright), and a residual.
    """

    def __init__(self, build: Build) -> None:
        super().__init__()
        c4, c8, c16 = (build.wide(c) for c in (32, 64, 128))
        self.join = ConvBlock(c16 + DIM, c16, 1)
        self.film = nn.Sequential(nn.Linear(STATS, 64), nn.ReLU(), zeroed(nn.Linear(64, 2 * c16)))
        self.things16 = zeroed(nn.Conv2d(len(THINGS), c16, 1))
        self.at16 = nn.Sequential(build.mfim(c16, (1, 2, 4)), build.csfem(c16))
        self.more16 = build.mfim(c16, (1, 2, 4)).starts_as_identity()
        self.up8, self.skip8 = ConvBlock(c16, c8, 1, act=False), ConvBlock(c8, c8, 1, act=False)
        self.things8 = zeroed(nn.Conv2d(len(THINGS), c8, 1))
        self.at8 = nn.Sequential(build.mfim(c8, (1, 2, 4)), build.csfem(c8))
        self.mix = nn.Conv2d(c8, 9, 1)
        self.up4, self.skip4 = ConvBlock(c8, c4, 1, act=False), ConvBlock(c4, c4, 1, act=False)
        self.at4 = nn.Sequential(ConvBlock(c4, c4, 3, groups=c4), ConvBlock(c4, c4, 1))
        self.head = nn.Conv2d(c4, 8, 1)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)  # type: ignore[arg-type]

    def forward(
        self,
        features: tuple[Tensor, Tensor, Tensor],
        values: Tensor,
        colours: Tensor,
        stats: Tensor,
        things: Tensor,
        low: Tensor,
    ) -> Tensor:
        """features at 1/4, 1/8, 1/16; things: class shares [B,6,H/8,W/8]; low: thermal at 1/4 -> maps [B,6,H/4,W/4]"""
        f4, f8, f16 = features
        joined = self.join(torch.cat([f16, values], 1))
        scale, shift = self.film(stats.mean(1))[:, :, None, None].chunk(2, 1)
        d = F.relu(joined * (1 + scale) + shift + self.things16(F.avg_pool2d(things, 2)))
        d = self.more16(self.at16(d))
        d = F.interpolate(self.up8(d), scale_factor=2, mode="bilinear")
        d = self.at8(F.relu(d + self.skip8(f8) + self.things8(things)))
        base = self.spread(colours, self.mix(d).softmax(1))
        d = F.interpolate(self.up4(d), scale_factor=2, mode="bilinear")
        d = F.relu(d + self.skip4(f4))
        raw = self.head(d + self.at4(d))
        y = 0.5 * base[:, :1] + (0.5 + raw[:, 7:8]) * low + raw[:, :1]
        chroma = base[:, 1:] * (1 + raw[:, 6:7]) + raw[:, 1:3]
        chroma_gain = raw[:, 4:6].clamp(-CHROMA_GAIN, CHROMA_GAIN)
        return torch.cat([y, chroma, 1 + raw[:, 3:4], chroma_gain], 1)

    @staticmethod
    def spread(colours: Tensor, share: Tensor) -> Tensor:
        """Colours [B,3,h,w] at 1/16 and shares [B,9,2h,2w] -> colours [B,3,4h,4w] at 1/4."""
        b, _, h8, w8 = share.shape
        near = F.interpolate(neighbours(colours).flatten(1, 2), scale_factor=2, mode="nearest")
        mixed = (near.reshape(b, 3, 9, h8, w8) * share.unsqueeze(1)).sum(2)
        return F.interpolate(mixed, scale_factor=2, mode="bilinear")
