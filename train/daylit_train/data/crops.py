"""Random crops as 3x3 maps from source pixels to crop pixels, so that places stay comparable."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .images import Bytes
from .labels import VOID

Matrix = NDArray[np.float64]


def random_crop(
    shape: tuple[int, ...], size: int, cover: tuple[float, float], rng: np.random.Generator, turn: float = 6.0
) -> Matrix:
    """A size x size crop over a share of the short side; slightly turned and stretched, mirrored half the time."""
    h, w = shape[:2]
    side = min(h, w) * rng.uniform(*cover)
    stretch = np.exp(rng.uniform(-0.12, 0.12))
    sx, sy = size / side * stretch, size / side / stretch
    half_w, half_h = size / sx / 2, size / sy / 2
    cx = rng.uniform(half_w, w - half_w) if w > 2 * half_w else w / 2
    cy = rng.uniform(half_h, h - half_h) if h > 2 * half_h else h / 2
    a = np.deg2rad(rng.uniform(-turn, turn))
    flip = -1.0 if rng.random() < 0.5 else 1.0
    m = np.array([[sx * flip * np.cos(a), -sx * flip * np.sin(a), 0], [sy * np.sin(a), sy * np.cos(a), 0], [0, 0, 1.0]])
    m[:2, 2] = size / 2 - m[:2, :2] @ np.array([cx, cy])
    return m


def warp(image: Bytes, m: Matrix, size: int) -> Bytes:
    """The crop of a picture; a shrinking crop is blurred first so that nothing aliases."""
    shrink = float(np.sqrt(abs(np.linalg.det(m[:2, :2]))))
    if shrink < 0.7:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.4 / shrink), np.uint8)
    out = cv2.warpAffine(image, m[:2], (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(out, np.uint8)


def warp_things(things: Bytes, m: Matrix, size: int) -> Bytes:
    """The crop of a class map; outside the picture is VOID."""
    out = cv2.warpAffine(
        things, m[:2], (size, size), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=(VOID,)
    )
    return np.asarray(out, np.uint8)
