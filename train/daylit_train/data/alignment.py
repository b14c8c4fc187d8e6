"""References taken from where the camera stands, as the photo of a fixed camera's place is."""

from __future__ import annotations

import numpy as np

from ..network.tokens import REFERENCE_GRID, REFERENCE_SIZE
from .crops import Matrix
from .images import Floats
from .matching import cells_in_reference


def beside(to_crop: Matrix, size: int, rng: np.random.Generator) -> Matrix:
    """Source pixels to a reference of nearly the crop's own view: moved by up to 4 %, 6 % nearer or further."""
    scale = REFERENCE_SIZE / size * np.exp(rng.uniform(-0.06, 0.06))
    shift = REFERENCE_SIZE / 2 - scale * size / 2 + rng.uniform(-0.04, 0.04, 2) * REFERENCE_SIZE
    move = np.array([[scale, 0, shift[0]], [0, scale, shift[1]], [0, 0, 1.0]])
    return np.asarray(move @ to_crop, np.float64)


def nearest(match: Floats, to_crop: Matrix, to_reference: Matrix, size: int) -> Floats:
    """Weights of tokens [N,T], those near a cell's own place counting more (a Gaussian of 2.5 tokens)."""
    at = cells_in_reference(to_crop, to_reference, size)
    rows, columns = np.mgrid[0:REFERENCE_GRID, 0:REFERENCE_GRID] * 16 + 8.0
    apart = (at[:, :1] - columns.ravel()) ** 2 + (at[:, 1:] - rows.ravel()) ** 2
    near = match * np.exp(-apart / (2 * (2.5 * 16) ** 2))
    return np.asarray(
        near / np.maximum(near.sum(1, keepdims=True), 1e-6) * (match.sum(1, keepdims=True) > 0), np.float32
    )


def with_changes(
    reference: Floats, match: Floats, otherwise: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Something else over one or two places of the reference: things that came or left since the photo was taken.

    So that a place is believed only where looks agree. It is another part of the reference, half the time in a colour
    of its own. Weights of tokens [N,T] lose those that are covered; cells that lose most of theirs look ``otherwise``,
    at what is not covered either.
    """
    reference = reference.copy()
    open_to = np.ones(match.shape[1], np.float32)
    for _ in range(int(rng.integers(1, 3))):
        width, height = (int(v) for v in rng.integers(2, 6, 2) * 16)
        (left, from_left), (top, from_top) = (rng.integers(0, REFERENCE_SIZE - v + 1, 2) for v in (width, height))
        part = reference[from_top : from_top + height, from_left : from_left + width]
        if rng.random() < 0.5:
            part = 0.3 * part + 0.7 * rng.random(3, np.float32)
        reference[top : top + height, left : left + width] = part.copy()
        centres = np.arange(REFERENCE_GRID) * 16 + 8
        covered = np.outer((centres >= top) & (centres < top + height), (centres >= left) & (centres < left + width))
        open_to[covered.ravel()] = 0
    own = match * open_to
    lost = own.sum(1, keepdims=True) < 0.5 * match.sum(1, keepdims=True)
    left_over = np.where(lost, otherwise * open_to, own)
    total = left_over.sum(1, keepdims=True)
    return reference, np.asarray(left_over / np.maximum(total, 1e-6) * (total > 1e-6), np.float32)
