"""The self-test's made-up pictures, the same bytes as the runtime makes, and what is kept of a model's answer."""

from __future__ import annotations

import hashlib

import numpy as np

from .data.images import Bytes


def self_test_input(
    seed: int, width: int, height: int, photo_width: int, photo_height: int
) -> tuple[Bytes, Bytes, str]:
    """-> frame uint8 [height,width], photo uint8 [h,w,3], SHA-256 of their bytes.

    Two ramps and noise from the top four bits of x <- 1664525 x + 1013904223 mod 2^32, first the frame's, then the
    photo's, byte by byte.
    """
    count = width * height + photo_width * photo_height * 3
    noise, state = np.empty(count, np.int64), seed & 0xFFFFFFFF
    for i in range(count):
        state = (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        noise[i] = state >> 28
    y, x = np.mgrid[0:height, 0:width]
    frame = 160 * x // width + 64 * y // height + noise[: width * height].reshape(height, width)
    y, x = np.mgrid[0:photo_height, 0:photo_width]
    ramps = np.stack([200 * x // photo_width, 200 * y // photo_height, np.full_like(x, 128)], 2)
    photo = ramps + noise[width * height :].reshape(photo_height, photo_width, 3)
    digest = hashlib.sha256(frame.astype(np.uint8).tobytes() + photo.astype(np.uint8).tobytes()).hexdigest()
    return frame.astype(np.uint8), photo.astype(np.uint8), digest


def block_means(rgb: Bytes, columns: int, rows: int) -> list[float]:
    """Means over a grid of blocks (edges at floor(i * side / count)), row by row, red, green, blue in turn."""
    height, width = rgb.shape[:2]
    means: list[float] = []
    for row in range(rows):
        for column in range(columns):
            block = rgb[
                row * height // rows : (row + 1) * height // rows,
                column * width // columns : (column + 1) * width // columns,
            ]
            means += [round(float(v), 3) for v in block.reshape(-1, 3).mean(0)]
    return means
