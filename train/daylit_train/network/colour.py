"""Colour inside the network is YCbCr (BT.601, full range): y in 0..1, cb and cr in -0.5..0.5."""

from __future__ import annotations

import torch
from torch import Tensor

STATS = 24
"""Length of one reference's colour statistics, see :func:`colour_stats`."""


def rgb_to_ycc(rgb: Tensor) -> Tensor:
    """[B,3,H,W] RGB 0..1 -> [B,3,H,W] YCbCr."""
    r, g, b = rgb.unbind(1)
    y = 0.299 * r + 0.587 * g + 0.114 * b
    return torch.stack([y, (b - y) / 1.772, (r - y) / 1.402], 1)


def ycc_to_rgb(y: Tensor, cb: Tensor, cr: Tensor) -> Tensor:
    """Three [B,1,H,W] planes -> [B,3,H,W]. Linear, so it maps gains as well as colours."""
    return torch.cat([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1)


def colour_stats(ycc: Tensor) -> Tensor:
    """[B,3,h,w] -> [B,STATS].

    Mean and deviation of y, cb and cr, then six bands of y with each band's share and mean chroma.
    """
    flat = ycc.flatten(2)
    mean = flat.mean(2)
    deviation = ((flat - mean.unsqueeze(2)) ** 2).mean(2).add(1e-6).sqrt()
    centres = torch.linspace(0.08, 0.92, 6, device=ycc.device, dtype=ycc.dtype).view(1, 6, 1)
    band = (-(((flat[:, :1] - centres) / 0.12) ** 2)).exp()
    share = band.mean(2)
    chroma = (band.unsqueeze(2) * flat[:, None, 1:]).mean(3) / (share.unsqueeze(2) + 1e-3)
    return torch.cat([mean, deviation, share, chroma.flatten(1)], 1) * 2
