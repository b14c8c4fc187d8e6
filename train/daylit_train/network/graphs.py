"""The two graphs that are exported: bytes in, bytes out."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .compose import compose
from .generator import Generator
from .references import ReferenceEncoder
from .temporal import temporal_blend
from .tokens import Tokens


class FrameGraph(nn.Module):
    """One frame, the tokens and the temporal state -> RGB and the next state."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(
        self,
        frame: Tensor,
        keys: Tensor,
        values: Tensor,
        colours: Tensor,
        stats: Tensor,
        past_maps: Tensor,
        past_low: Tensor,
        smoothing: Tensor,
        reset: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """frame uint8 [B,H,W,1] -> rgb uint8 [B,H,W,3], maps [B,6,H/4,W/4], low [B,1,H/4,W/4]"""
        b, h, w, _ = frame.shape
        thermal = frame.reshape(b, 1, h, w).float() * (1 / 255)
        drawn = self.generator.draw(thermal, Tokens(keys, values, colours, stats))
        maps = temporal_blend(drawn.maps, drawn.low, past_maps, past_low, smoothing, reset)
        rgb = (compose(maps * 255, thermal, drawn.low) + 0.5).clamp(0, 255).to(torch.uint8)
        return rgb.permute(0, 2, 3, 1), maps, drawn.low


class ReferenceGraph(nn.Module):
    """Photos uint8 [R,S,S,3] -> tokens with all references on one token axis (B = 1)."""

    def __init__(self, encoder: ReferenceEncoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, photos: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        tokens = self.encoder(photos.permute(0, 3, 1, 2).float() / 255)
        keys, values, colours, stats = (part.reshape(1, -1, part.shape[-1]) for part in tokens)
        return keys, values, colours, stats
