"""Thermal pictures as the runtime hands them to the graph."""

from __future__ import annotations

import cv2
import numpy as np

from ..data.images import Bytes
from ..manifest import FRAME_MULTIPLE

SPARSE_BELOW = 70
"""An 8-bit picture with 75 % of its pixels at or below this level has a mostly empty range."""


def spread(thermal: Bytes) -> Bytes:
    """The runtime's `auto` for 8 bit: left alone, or 0.4 stretched and 0.6 equalised if the range is mostly empty."""
    if np.percentile(thermal, 75) > SPARSE_BELOW:
        return thermal
    stretched = cv2.normalize(thermal, None, 0, 255, cv2.NORM_MINMAX)  # type: ignore[call-overload]
    return np.asarray(cv2.addWeighted(stretched, 0.4, cv2.equalizeHist(thermal), 0.6, 0), np.uint8)


def padded(image: Bytes) -> Bytes:
    """Rows and columns repeated at the bottom and the right up to multiples of 32."""
    h, w = image.shape[:2]
    return np.asarray(np.pad(image, ((0, -h % FRAME_MULTIPLE), (0, -w % FRAME_MULTIPLE)), "edge"), np.uint8)


def fit(image: Bytes) -> Bytes:
    """Resize to the nearest multiples of 32, where padding must not enter."""
    h, w = (max(FRAME_MULTIPLE, round(s / FRAME_MULTIPLE) * FRAME_MULTIPLE) for s in image.shape[:2])
    return np.asarray(cv2.resize(image, (w, h), interpolation=cv2.INTER_AREA), np.uint8)
