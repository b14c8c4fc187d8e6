"""Which reference tokens a cell of the crop should attend to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..network.tokens import REFERENCE_GRID
from .crops import Matrix
from .images import Bytes, Floats
from .labels import VOID


def cells_in_reference(to_crop: Matrix, to_reference: Matrix, size: int) -> NDArray[np.float64]:
    """Both crops show one picture: the centre of each 16 px cell in pixels of the reference [N,2], x first."""
    n = size // 16
    ys, xs = np.mgrid[0:n, 0:n] * 16 + 8.0
    at = to_reference @ np.linalg.inv(to_crop) @ np.stack([xs.ravel(), ys.ravel(), np.ones(n * n)])
    return np.asarray(at[:2].T, np.float64)


def place_match(to_crop: Matrix, to_reference: Matrix, size: int) -> Floats:
    """Both crops show one picture: bilinear weights of each 16 px cell over the tokens [N,T]; zero rows outside."""
    grid = cells_in_reference(to_crop, to_reference, size) / 16 - 0.5
    valid = np.asarray(((grid > -0.4) & (grid < REFERENCE_GRID - 0.6)).all(1))
    axis = np.arange(REFERENCE_GRID)
    wx = np.clip(1 - np.abs(grid[:, :1] - axis), 0, 1)
    wy = np.clip(1 - np.abs(grid[:, 1:] - axis), 0, 1)
    weights = (wy[:, :, None] * wx[:, None, :]).reshape(len(grid), -1) * valid[:, None]
    return np.asarray(weights / np.maximum(weights.sum(1, keepdims=True), 1e-3), np.float32)


def class_match(crop: Bytes, reference_things: NDArray[np.uint8]) -> Floats:
    """Class map of the crop and the tokens' classes [T] -> equal weights over the tokens of the cell's class [N,T]."""
    cells = crop[8::16, 8::16].ravel()
    same = ((cells[:, None] == reference_things[None]) & (cells[:, None] != VOID)).astype(np.float32)
    return np.asarray(same / np.maximum(same.sum(1, keepdims=True), 1), np.float32)


def token_things(reference: Bytes) -> NDArray[np.uint8]:
    """Class map of a reference crop -> the class under each token's centre [T]."""
    return reference[8::16, 8::16].ravel()


def palette(image: Floats, things: Bytes, count: int) -> tuple[Floats, Floats]:
    """float [H,W,3] and its class map -> mean RGB of each class [K,3] and its share of the picture [K]."""
    flat = things.ravel()
    area = np.bincount(flat, minlength=256)[:count]
    total = np.stack([np.bincount(flat, image[..., c].ravel(), 256)[:count] for c in range(3)], 1)
    mean = total / np.maximum(area[:, None], 1)
    return mean.astype(np.float32), (area / flat.size).astype(np.float32)
