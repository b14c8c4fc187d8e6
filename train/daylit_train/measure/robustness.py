"""The same scene through another gain, offset and gamma keeps its colours."""

from __future__ import annotations

import numpy as np

from ..data.images import Bytes
from .colorizer import Colorizer

CHANGES = ((1.2, 0.0, 1.0), (0.8, 0.0, 1.0), (1.0, 0.2, 1.0), (1.0, -0.2, 1.0), (1.0, 0.0, 1.2), (1.0, 0.0, 0.8))
"""Gain about the middle, offset as a share of 127, gamma."""


def colour_change(net: Colorizer, thermals: list[Bytes], photos: list[Bytes]) -> float:
    """Mean |change| of the output's pixel values over six changes of the camera, grey levels."""
    steps = []
    for thermal, photo in zip(thermals, photos, strict=True):
        base = net.still(thermal, [photo]).astype(np.float32)
        for gain, offset, gamma in CHANGES:
            x = np.clip((thermal / 255 - 0.5) * gain + 0.5 + offset * 0.5, 0, 1) ** gamma
            other = net.still(np.asarray(x * 255 + 0.5, np.uint8), [photo])
            steps.append(float(np.abs(other.astype(np.float32) - base).mean()))
    return float(np.mean(steps))
