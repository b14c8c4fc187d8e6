"""What needs no network: every table shows them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..data.images import Bytes
from .lab import from_lab, to_lab

Method = Callable[[Bytes, Bytes], Bytes]
"""Thermal uint8 [H,W] and reference uint8 [h,w,3] -> RGB uint8 [H,W,3]."""


_STOPS = {
    0: (3, 1, 32),
    0.13: (24, 2, 84),
    0.3: (112, 4, 136),
    0.45: (178, 10, 152),
    0.57: (224, 42, 74),
    0.68: (246, 86, 14),
    0.8: (251, 152, 6),
    0.92: (255, 226, 40),
    1: (255, 253, 228),
}
_RAMPS = np.stack(
    [np.interp(np.arange(256) / 255, list(_STOPS), [rgb[c] for rgb in _STOPS.values()]) for c in range(3)], 1
)
_IRONBOW = np.floor(_RAMPS + 0.5).astype(np.uint8)


def raw(thermal: Bytes, reference: Bytes) -> Bytes:
    """White-hot grey."""
    return np.repeat(thermal[:, :, None], 3, 2)


def inverted(thermal: Bytes, reference: Bytes) -> Bytes:
    """Black-hot grey."""
    return np.asarray(255 - raw(thermal, reference), np.uint8)


def ironbow(thermal: Bytes, reference: Bytes) -> Bytes:
    """The usual false colours, by the runtime's table of that name."""
    return _IRONBOW[thermal]


def reinhard(thermal: Bytes, reference: Bytes) -> Bytes:
    """Reinhard et al. 2001 on a grey picture: luma takes the reference's mean and deviation, chroma its mean."""
    lab = to_lab(reference)
    t = thermal.astype(np.float32)
    light = (t - t.mean()) / (t.std() + 1e-3) * lab[..., 0].std() + lab[..., 0].mean()
    flat = [np.full_like(light, lab[..., c].mean()) for c in (1, 2)]
    return from_lab(np.stack([light, *flat], 2).astype(np.float32))


def histogram(thermal: Bytes, reference: Bytes) -> Bytes:
    """Each RGB channel of the grey picture takes the histogram of the reference's channel."""
    rank = np.cumsum(np.bincount(thermal.ravel(), minlength=256)) / thermal.size
    tables = [np.quantile(reference[..., c], rank) for c in range(3)]
    return np.stack([table[thermal] for table in tables], 2).astype(np.uint8)


BASELINES: dict[str, Method] = {
    "raw thermal": raw,
    "ironbow": ironbow,
    "Reinhard": reinhard,
    "histogram match": histogram,
}
"""Ironbow and raw thermal ignore the reference, so they have a 'none' row too."""
WITHOUT_REFERENCE = ("raw thermal", "ironbow")
