"""Improved stop-gradient attention (ISGA): thermal queries read reference tokens.

Our reading: the idea of Li et al., ECCV 2022 (arXiv 2207.06095), that attention is trained by correspondences
and not by the image losses. The place of a cell counts beside its looks (ours): a photo of the place shows the sky
where the camera sees the sky.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .blocks import ConvBlock
from .build import STOPPED, UNIFORM
from .places import HALF_PERIODS, by_wave, places
from .tokens import DIM, Tokens

SAMPLE = 7
"""Every so many-th cell is asked whether the reference is aligned; it shares no factor with usual widths."""


class ISGA(nn.Module):
    """Cosine attention whose map is detached from the image losses.

    Queries and keys learn from the correspondence loss on ``logits`` alone. The tokens' plain colours ride along
    with the values, so a colour can be copied exactly: this path is why the reference is obeyed.
    """

    def __init__(self, channels: int, mode: str = STOPPED, placed: bool = True) -> None:
        super().__init__()
        self.mode, self.placed = mode, placed
        self.query = nn.Sequential(ConvBlock(channels, DIM, 1), nn.Conv2d(DIM, DIM, 1))
        self.log_scale = nn.Parameter(torch.tensor(2.5))
        self.log_waves = nn.Parameter(torch.tensor([2.0, 1.5, 1.0, 0.7]).log())
        self.trust = nn.Parameter(torch.tensor([6.0, -1.0]))
        self.norm = nn.LayerNorm(DIM)

    def forward(self, x: Tensor, tokens: Tokens, stop: bool = False) -> tuple[Tensor, Tensor, Tensor]:
        """[B,C,h,w] -> aligned values [B,DIM,h,w], aligned colours [B,3,h,w], logits [B,hw,T].

        stop: training; in the mode of that name, queries, keys and temperature get no gradient from the mixed values.
        """
        b, _, h, w = x.shape
        looks = F.normalize(self.query(x).flatten(2).transpose(1, 2), dim=2)
        asked = self.log_scale.clamp(max=3.7).exp() * looks
        if self.placed:
            lie = places(x).to(asked.dtype).expand(b, -1, -1)
            weight = self.alignment(asked, lie, tokens.keys) * by_wave(self.log_waves.exp())
            logits = torch.cat([asked, lie * weight], 2) @ tokens.keys.transpose(1, 2)
        else:
            logits = asked @ tokens.keys[..., :DIM].transpose(1, 2)
        read = torch.zeros_like(logits) if self.mode == UNIFORM else logits
        attention = (read.detach() if stop and self.mode == STOPPED else read).softmax(2)
        values = self.norm(attention @ tokens.values)
        colours = attention @ tokens.colours
        return (
            values.transpose(1, 2).reshape(b, DIM, h, w),
            colours.transpose(1, 2).reshape(b, 3, h, w),
            logits,
        )

    def alignment(self, asked: Tensor, lie: Tensor, keys: Tensor) -> Tensor:
        """How far places are to be trusted, [B,1,1], at least 0.

        It rises with how near to themselves cells look: where tokens that look alike lie at the same place, the photo
        was taken from where the camera stands.
        """
        alike = (asked[:, ::SAMPLE] @ keys[..., :DIM].transpose(1, 2)).softmax(2)
        near = (lie[:, ::SAMPLE] * (alike @ keys[..., DIM:])).sum(2).mean(1) / (2 * len(HALF_PERIODS))
        return F.softplus(self.trust[0] * near + self.trust[1])[:, None, None]
