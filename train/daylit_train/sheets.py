"""Contact sheets: rows of pictures side by side, to be looked at."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from .data.images import Bytes, write_image


def _tile(image: Bytes, width: int) -> Bytes:
    rgb = np.repeat(image[:, :, None], 3, 2) if image.ndim == 2 else image
    small = cv2.resize(rgb, (width, width * 3 // 4), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def sheet(rows: list[list[Bytes]], path: Path, width: int = 200, columns: int = 1, quality: int = 84) -> None:
    """Each row's pictures side by side; ``columns`` rows share one line. Short rows are filled with black."""
    if not rows:
        return
    longest = max(len(row) for row in rows)
    black = np.zeros((8, 8, 3), np.uint8)
    lines = [np.hstack([_tile(t, width) for t in [*row, *[black] * (longest - len(row))]]) for row in rows]
    lines += [np.zeros_like(lines[0])] * (-len(lines) % columns)
    stacked = np.vstack([np.hstack(lines[i : i + columns]) for i in range(0, len(lines), columns)])
    write_image(path, np.asarray(stacked, np.uint8), quality)
