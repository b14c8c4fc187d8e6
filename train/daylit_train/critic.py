"""The adversary: a PatchGAN on RGB and thermal (Isola et al., CVPR 2017) with hinge loss."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .losses.reduce import mean_of


class Critic(nn.Module):
    """Spectral norm on every layer (Miyato et al., ICLR 2018)."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()

        def conv(channels_in: int, channels_out: int, stride: int) -> nn.Module:
            return nn.utils.parametrizations.spectral_norm(nn.Conv2d(channels_in, channels_out, 4, stride, 1))

        self.net = nn.Sequential(
            conv(4, width, 2),
            nn.LeakyReLU(0.2),
            conv(width, width * 2, 2),
            nn.LeakyReLU(0.2),
            conv(width * 2, width * 4, 2),
            nn.LeakyReLU(0.2),
            conv(width * 4, 1, 1),
        )

    def forward(self, rgb: Tensor, thermal: Tensor) -> Tensor:
        """[B,3,H,W] 0..1 and [B,1,H,W] -> realness of patches [B,1,h,w]"""
        out: Tensor = self.net(torch.cat([rgb * 2 - 1, thermal * 2 - 1], 1))
        return out

    def loss(self, real: Tensor, fake: Tensor, thermal: Tensor, weight: Tensor) -> Tensor:
        """Hinge loss of the critic itself."""
        hit, miss = self(real, thermal).float(), self(fake, thermal).float()
        return mean_of((1 - hit).relu(), weight) + mean_of((1 + miss).relu(), weight)
