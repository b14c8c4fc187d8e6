"""Means over pictures. A ``weight`` is one number per sample [B]."""

from __future__ import annotations

from torch import Tensor


def mean_of(x: Tensor, weight: Tensor) -> Tensor:
    """Mean over everything but the batch, then weighted over the batch."""
    return (x.flatten(1).mean(1) * weight).mean()


def charbonnier(x: Tensor) -> Tensor:
    """A smooth absolute value."""
    return (x * x + 1e-4).sqrt()
