"""Edges where the thermal picture has them, none where it has only noise."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from ..network.things import SKY
from .reduce import charbonnier, mean_of


def local_norm(x: Tensor, size: int = 9) -> Tensor:
    """Zero mean, unit deviation in a sliding window; flat places stay near zero."""
    mean = F.avg_pool2d(x, size, 1, size // 2, count_include_pad=False)
    var = F.avg_pool2d(x * x, size, 1, size // 2, count_include_pad=False) - mean * mean
    return (x - mean) / (var.clamp(min=0) + 4e-4).sqrt()


def structure_loss(luma: Tensor, thermal: Tensor, target: Tensor, things: Tensor, weight: Tensor) -> Tensor:
    """1 - local correlation: signless against thermal edges outside the sky, signed (and less) against the target's.

    thermal: the picture before sensor noise, so that noise is not structure.
    """
    o, t, g = local_norm(luma), local_norm(thermal), local_norm(target)

    def correlation(a: Tensor, b: Tensor) -> Tensor:
        return F.avg_pool2d(a * b, 9, 4, 4)

    counts = F.avg_pool2d((things != SKY).float().unsqueeze(1), 9, 4, 4)
    with_thermal = (1 - correlation(o, t).abs() / (correlation(t, t) + 0.1)) * counts
    with_target = 1 - correlation(o, g) / (correlation(g, g) + 0.1)
    return mean_of(with_thermal, torch.ones_like(weight)) + mean_of(with_target, 0.5 * weight)


def calm_loss(luma: Tensor, target: Tensor, masks: Tensor, weight: Tensor) -> Tensor:
    """Fine luma detail in the sky beyond the target's: thermal noise must not pass."""

    def fine(x: Tensor) -> Tensor:
        return (x - F.avg_pool2d(x, 5, 1, 2, count_include_pad=False)).abs()

    pool = luma.shape[-1] // masks.shape[-1]
    excess = (F.avg_pool2d(fine(luma), pool) - F.avg_pool2d(fine(target), pool) - 0.002).relu()
    return mean_of(excess * masks[:, SKY : SKY + 1], 10 * weight)


def detail_loss(luma: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Full-scale luma distance, for pairs that are exact to the pixel."""
    return mean_of(charbonnier(luma - target), weight)


def kept_loss(luma: Tensor, thermal: Tensor, things: Tensor) -> Tensor:
    """1 - |local correlation| with the thermal picture where that has texture: the measure ``structure`` itself.

    Unlike :func:`structure_loss` it does not ask for more contrast. Skies count a quarter: their texture is noise.
    """

    def g(x: Tensor) -> Tensor:
        return F.avg_pool2d(x, 9, 2, 4, count_include_pad=False)

    least, textured = 0.5 / 255**2, 9 / 255**2
    mo, mt = g(luma), g(thermal)
    vo, vt = g(luma * luma) - mo * mo, g(thermal * thermal) - mt * mt
    correlation = (g(luma * thermal) - mo * mt) / (vo.clamp(min=least) * vt.clamp(min=least)).sqrt()
    counts = (vt > textured) * (1 - 0.75 * g((things == SKY).float().unsqueeze(1)))
    return ((1 - correlation.abs()) * counts).sum() / counts.sum().clamp(min=1)


def edge_loss(luma: Tensor, thermal: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Edges of the thermal picture that come out weaker than they would if it were stretched to the target's contrast.

    A hinge on gradient length, at 70 % of that stretch; what is stronger costs nothing here.
    """

    def length(x: Tensor) -> Tensor:
        dx = x[..., 1:-1, 2:] - x[..., 1:-1, :-2]
        dy = x[..., 2:, 1:-1] - x[..., :-2, 1:-1]
        return (dx * dx + dy * dy + 1e-6).sqrt()

    stretch = (target.flatten(1).std(1) / (thermal.flatten(1).std(1) + 0.02)).clamp(max=1.5)[:, None, None, None]
    wanted = length(thermal) * stretch
    short = (0.7 * wanted - length(luma)).relu() * (wanted > 0.08)
    return mean_of(short, 10 * weight)


def even_loss(ycc: Tensor, target: Tensor, thermal: Tensor, weight: Tensor) -> Tensor:
    """Colour that changes over a stretch where the thermal picture does not: patches on one lawn.

    Differences of 16 px cells, one and three apart, beyond the target's own, weighed by how alike the thermal cells
    are. ``weight`` [B] says how much the target's own changes excuse: 0 where there is no target.
    """
    o, t, h = F.avg_pool2d(ycc, 16), F.avg_pool2d(target, 16), F.avg_pool2d(thermal, 16)
    allowed = weight[:, None, None, None]
    share = ycc.new_tensor([0.3, 1.5, 1.5])[:, None, None]  # luma may change for reasons that heat does not show
    total = ycc.new_zeros(())
    for gap in (1, 3):
        for axis in (2, 3):
            size = o.shape[axis] - gap

            def step(x: Tensor, axis: int = axis, gap: int = gap, size: int = size) -> Tensor:
                return (x.narrow(axis, gap, size) - x.narrow(axis, 0, size)).abs()

            alike = torch.exp(-((step(h) / 0.04) ** 2))
            excess = ((step(o) - allowed * step(t) - 0.02).relu() * share).sum(1, keepdim=True)
            total = total + (excess * alike).mean()
    return total
