"""The frame network: thermal frame and reference tokens -> daylight-like RGB."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .build import Build
from .colour import STATS
from .compose import compose
from .decoder import Decoder
from .infrared import InfraredEncoder
from .isga import ISGA
from .places import PLACE
from .things import ThingHead
from .tokens import DIM, REFERENCE_TOKENS, Tokens


class Drawn(NamedTuple):
    """One pass of the generator."""

    maps: Tensor
    """[B,6,H/4,W/4]."""
    low: Tensor
    """[B,1,H/4,W/4], the thermal low-pass."""
    logits: Tensor
    """[B,hw,T], attention before its softmax."""
    things: Tensor
    """[B,6,H/8,W/8], class logits."""


class Generator(nn.Module):
    """Also holds the learned tokens that stand in when there is no reference."""

    def __init__(self, build: Build) -> None:
        super().__init__()
        self.steered = build.things
        self.infrared = InfraredEncoder(build)
        self.align = ISGA(build.wide(128), build.attention, build.places)
        self.things = ThingHead(build)
        self.decoder = Decoder(build)
        self.null_keys = nn.Parameter(torch.randn(REFERENCE_TOKENS, DIM))
        self.null_places = nn.Parameter(torch.zeros(REFERENCE_TOKENS, PLACE))
        self.null_values = nn.Parameter(torch.randn(REFERENCE_TOKENS, DIM) * 0.5)
        self.null_colours = nn.Parameter(torch.rand(REFERENCE_TOKENS, 3) * 0.2 + torch.tensor([0.3, -0.1, -0.1]))
        self.null_stats = nn.Parameter(torch.zeros(STATS))

    def null_tokens(self) -> Tokens:
        """Tokens for 'no reference', B = 1."""
        keys = torch.cat([F.normalize(self.null_keys, dim=1), self.null_places], 1)
        return Tokens(keys[None], self.null_values[None], self.null_colours[None], self.null_stats[None, None])

    def draw(self, thermal: Tensor, tokens: Tokens, stop: bool = False) -> Drawn:
        """thermal [B,1,H,W] 0..1, H and W multiples of 32."""
        low = F.avg_pool2d(thermal, 4)
        features = self.infrared(thermal)
        values, colours, logits = self.align(features[2], tokens, stop)
        things = self.things(features[1], features[2])
        shares = things.softmax(1) if self.steered else torch.zeros_like(things)
        maps = self.decoder(features, values, colours, tokens.stats, shares, low)
        return Drawn(maps, low, logits, things)

    def forward(self, thermal: Tensor, tokens: Tokens) -> Tensor:
        """-> RGB [B,3,H,W], not clamped"""
        drawn = self.draw(thermal, tokens)
        return compose(drawn.maps, thermal, drawn.low)
