"""Reading and writing pictures as arrays: uint8 [H,W,3] RGB or uint8 [H,W]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def read_rgb(path: Path) -> Bytes:
    """uint8 [H,W,3] RGB."""
    return np.asarray(cv2.cvtColor(_read(path, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB), np.uint8)


def read_grey(path: Path) -> Bytes:
    """uint8 [H,W]; a label map is read the same way."""
    return np.asarray(_read(path, cv2.IMREAD_GRAYSCALE), np.uint8)


def read_raw(path: Path) -> NDArray[Any]:
    """One channel with its own depth (8 or 16 bit)."""
    image = _read(path, cv2.IMREAD_UNCHANGED)
    return image if image.ndim == 2 else image[..., 0]


def write_image(path: Path, image: Bytes, quality: int = 88) -> None:
    """RGB or one channel, by the suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    out = cv2.cvtColor(image, cv2.COLOR_RGB2BGR) if image.ndim == 3 else image
    options = [cv2.IMWRITE_JPEG_QUALITY, quality] if path.suffix == ".jpg" else []
    if not cv2.imwrite(str(path), out, options):
        raise OSError(f"cannot write {path}")


def _read(path: Path, flags: int) -> NDArray[Any]:
    image = cv2.imread(str(path), flags)
    if image is None:
        raise FileNotFoundError(f"no readable picture at {path}")
    return image
