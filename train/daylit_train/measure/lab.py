"""CIE Lab of 8-bit pictures, by the formula (IEC 61966-2-1, D65, CIE 1976)."""

from __future__ import annotations

import cv2
import numpy as np

from ..data.images import Bytes, Floats

_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4).astype(np.float32)


def to_lab(rgb: Bytes) -> Floats:
    """uint8 [H,W,3] -> float32 [H,W,3]. From linear RGB: OpenCV's conversion of sRGB goes by a coarse table."""
    return np.asarray(cv2.cvtColor(_LINEAR[rgb], cv2.COLOR_LRGB2LAB), np.float32)


def from_lab(lab: Floats) -> Bytes:
    """The inverse; colours that a screen cannot show are clipped channel by channel."""
    linear = np.clip(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2LRGB).astype(np.float64), 0, 1)
    rgb = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray((np.clip(rgb, 0, 1) * 255).round(), np.uint8)


def luma(rgb: Bytes) -> Floats:
    """BT.601 luma, 0..255."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.float32)


def turn_hue(rgb: Bytes, degrees: float) -> Bytes:
    """Turn every colour about the grey axis of Lab."""
    lab = to_lab(rgb)
    angle = np.deg2rad(degrees)
    a, b = lab[..., 1].copy(), lab[..., 2].copy()
    lab[..., 1], lab[..., 2] = a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)
    return from_lab(lab)


def mean_lab(rgb: Bytes) -> Floats:
    """[3]"""
    return np.asarray(to_lab(rgb).reshape(-1, 3).mean(0, dtype=np.float64), np.float32)


def chroma(rgb: Bytes) -> float:
    """Mean distance from grey."""
    lab = to_lab(rgb)
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean())
