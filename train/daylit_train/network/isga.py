"""Improved stop-gradient attention (ISGA): thermal queries read reference tokens.

Our reading: the idea of Li et al., ECCV 2022 (arXiv 2207.06095), that attention is trained by correspondences
and not by the image losses.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock
from .build import STOPPED, UNIFORM
from .tokens import DIM, Tokens


class ISGA(nn.Module):
    """Cosine attention whose map is detached from the image losses.

    Queries and keys learn from the correspondence loss on ``logits`` alone. The tokens' plain colours ride along
    with the values, so a colour can be copied exactly: this path is why the reference is obeyed.
    """

    def __init__(self, channels: int, mode: str = STOPPED) -> None:
        super().__init__()
        self.mode = mode
        self.query = nn.Sequential(ConvBlock(channels, DIM, 1), nn.Conv2d(DIM, DIM, 1))
        self.log_scale = nn.Parameter(torch.tensor(2.5))
        self.norm = nn.LayerNorm(DIM)

    def forward(self, x: Tensor, tokens: Tokens, stop: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """[B,C,h,w] -> aligned values [B,DIM,h,w], aligned colours [B,3,h,w], logits [B,hw,T].

        stop: training; in the mode of that name, queries, keys and temperature get no gradient from the mixed values.
        """
        b, _, h, w = x.shape
        queries = F.normalize(self.query(x).flatten(2).transpose(1, 2), dim=2)
        scale = self.log_scale.clamp(max=3.7).exp()
        logits = scale * (queries @ tokens.keys.transpose(1, 2))
        read = torch.zeros_like(logits) if self.mode == UNIFORM else logits
        attention = (read.detach() if stop and self.mode == STOPPED else read).softmax(2)
        values = self.norm(attention @ tokens.values)
        colours = attention @ tokens.colours
        return (
            values.transpose(1, 2).reshape(b, DIM, h, w),
            colours.transpose(1, 2).reshape(b, 3, h, w),
            logits,
        )
