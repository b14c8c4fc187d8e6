"""Colour against the target, against a reference's statistics, and class by class. Images [B,3,H,W] RGB 0..1."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..network.colour import rgb_to_ycc
from ..network.things import SKY, THINGS, VEGETATION
from .reduce import charbonnier, mean_of


def colour_loss(out: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Low-pass YCbCr distance at 1/4 and 1/16; chroma counts more, most where the target is colourful."""
    total = out.new_zeros(())
    for pool in (4, 16):
        o, t = F.avg_pool2d(rgb_to_ycc(out), pool), F.avg_pool2d(rgb_to_ycc(target), pool)
        vivid = 1 + 8 * t[:, 1:].norm(dim=1, keepdim=True)
        total = total + mean_of(charbonnier(o - t)[:, :1], weight)
        total = total + mean_of(charbonnier((o - t)[:, 1:]) * vivid, 4 * weight)
    return total


def statistics_loss(out: Tensor, like: Tensor, weight: Tensor) -> Tensor:
    """Mean and deviation of y, cb, cr against another picture's (of any size); chroma counts four times."""
    o, r = rgb_to_ycc(out).flatten(2), rgb_to_ycc(like).flatten(2)
    gap = (o.mean(2) - r.mean(2)).abs() + (o.std(2) - r.std(2)).abs()
    return mean_of(gap * gap.new_tensor([1.0, 4.0, 4.0]), weight)


def class_masks(things: Tensor, pool: int = 4) -> Tensor:
    """Class map uint8 [B,H,W] -> share of each class in each cell [B,K,H/pool,W/pool]."""
    one_hot = torch.stack([things == k for k in range(len(THINGS))], 1).float()
    return F.avg_pool2d(one_hot, pool)


def palette_loss(out: Tensor, masks: Tensor, palette: Tensor, area: Tensor) -> Tensor:
    """Each class's mean colour against a palette RGB [B,K,3]; classes count alike, however small.

    Classes below half a percent of the picture, or that the palette lacks (area [B,K]), are left out.
    """
    ycc = F.avg_pool2d(rgb_to_ycc(out), out.shape[-1] // masks.shape[-1])
    own = masks.mean((2, 3))
    mean = torch.einsum("bchw,bkhw->bkc", ycc, masks) / masks.sum((2, 3)).clamp(min=1e-3).unsqueeze(2)
    wanted = rgb_to_ycc(palette.transpose(1, 2)[..., None]).squeeze(3).transpose(1, 2)
    counts = ((own > 0.005) & (area > 0.005)).float()
    gap = (charbonnier(mean - wanted) * mean.new_tensor([1.5, 4.0, 4.0])).sum(2)
    return (gap * counts).sum() / counts.sum().clamp(min=1)


def polarity_loss(out: Tensor, masks: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Luma order of every two classes as in the target, and every dark or bright piece of sky or plants told off.

    Hinge on the difference of class means: it must reach 70 % of the target's. Within sky and vegetation, luma that
    leaves the class's range in the target counts too: dark blotches in skies, glowing trees.
    """
    pool = out.shape[-1] // masks.shape[-1]
    o, t = F.avg_pool2d(rgb_to_ycc(out)[:, :1], pool), F.avg_pool2d(rgb_to_ycc(target)[:, :1], pool)
    total_mask = masks.sum((2, 3)).clamp(min=1e-3)
    mean_o, mean_t = (o * masks).sum((2, 3)) / total_mask, (t * masks).sum((2, 3)) / total_mask
    present = (masks.mean((2, 3)) > 0.005).float()
    both = present[:, :, None] * present[:, None, :]
    wanted = mean_t[:, :, None] - mean_t[:, None, :]
    got = mean_o[:, :, None] - mean_o[:, None, :]
    short = (0.7 * wanted.abs() - got * wanted.sign()).relu()
    order = (short * both).sum((1, 2)) / both.sum((1, 2)).clamp(min=1)
    stray = out.new_zeros(len(out))
    for kind in (SKY, VEGETATION):
        mask = masks[:, kind : kind + 1]
        spread = (((t - mean_t[:, kind, None, None, None]) ** 2 * mask).sum((1, 2, 3)) / total_mask[:, kind]).sqrt()
        allowed = (2 * spread + 0.03)[:, None, None, None]
        beyond = ((o - mean_t[:, kind, None, None, None]).abs() - allowed).relu()
        stray = stray + (beyond * mask).mean((1, 2, 3))
    return ((order + 2 * stray) * weight).mean()
