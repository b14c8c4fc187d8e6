"""Colours and tone shared by a reference and its target, so that the network must look at the reference."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from .images import Bytes, Floats

_TO_YCC = np.array([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])


@dataclass(frozen=True)
class Look:
    """A 3x3 RGB matrix (hue turn, saturation, white balance) and a tone curve [256]."""

    matrix: Floats
    tone: Floats

    def __call__(self, image: Bytes) -> Floats:
        """uint8 [H,W,3] -> float32 [H,W,3] 0..1"""
        toned = self.tone[image]
        return np.asarray(np.clip(cv2.transform(toned, self.matrix), 0, 1), np.float32)


PLAIN = Look(np.eye(3, dtype=np.float32), (np.arange(256) / 255).astype(np.float32))


def _tone(levels: tuple[float, float], contrast: float, gamma: float) -> Floats:
    """Stretch ``levels`` to 0..1, apply gamma, then an S-curve about the middle."""
    x = np.clip((np.arange(256) / 255 - levels[0]) / max(levels[1] - levels[0], 0.2), 0, 1) ** gamma
    s = x * x * (3 - 2 * x)
    return np.asarray(x + contrast * (s - x), np.float32)


def random_look(image: Bytes, strong: bool, rng: np.random.Generator) -> Look:
    """Strong looks turn hue by any angle and reach from pale to hard; the others stay natural."""
    angle = rng.uniform(-np.pi, np.pi) if strong else rng.normal(0, 0.12)
    saturation = rng.uniform(0.7, 2.0) if strong else rng.uniform(0.9, 1.5)
    cos, sin = saturation * np.cos(angle), saturation * np.sin(angle)
    turn = np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
    balance = np.diag(np.exp(rng.normal(0, 0.08 if strong else 0.04, 3)))
    matrix = balance @ np.linalg.inv(_TO_YCC) @ turn @ _TO_YCC
    amount = rng.uniform(0, 1) if rng.random() < 0.6 else 0.0  # pale cameras are stretched toward hard ones
    low, high = np.percentile(image[::4, ::4], (1, 99)) / 255
    tone = _tone(
        (amount * float(low), 1 - amount * (1 - float(high))),
        float(rng.uniform(0, 0.6)) * amount,
        float(np.exp(rng.normal(0.1 * amount, 0.22))),
    )
    return Look(matrix.astype(np.float32), tone)


def vivid_look(image: Bytes, strength: float, tone: float) -> Look:
    """The look taught when there is no reference: saturated by ``strength``, hard by ``tone``, both 0 to 1."""
    low, high = np.percentile(image[::4, ::4], (1, 99)) / 255
    s = 1 + 0.5 * strength
    matrix = np.linalg.inv(_TO_YCC) @ np.diag([1, s, s]) @ _TO_YCC
    curve = _tone((0.8 * tone * float(low), 1 - 0.8 * tone * (1 - float(high))), 0.35 * tone, 1.0)
    return Look(matrix.astype(np.float32), curve)


# Chroma (cb, cr) toward which vivid colours lean: blue sky, green plants, warm walls; the rest keeps its own.
_LEAN = np.zeros((256, 2), np.float32)
_LEAN[:4] = [[0.10, -0.06], [-0.07, -0.045], [0.0, 0.0], [-0.03, 0.02]]
_DARKEN = np.zeros(256, np.float32)
_DARKEN[0] = 0.10


def lean(rgb: Floats, things: Bytes, strength: float) -> Floats:
    """Add each class's chroma, softly at borders: float [H,W,3] 0..1 -> the same."""
    if strength <= 0:
        return rgb
    shift = cv2.GaussianBlur(_LEAN[things], (0, 0), 2.0) * strength
    sky = cv2.GaussianBlur(_DARKEN[things], (0, 0), 2.0) * strength
    cb, cr = shift[..., 0], shift[..., 1]
    added = np.stack([1.402 * cr, -0.344136 * cb - 0.714136 * cr, 1.772 * cb], 2) - sky[..., None]
    luma = rgb @ _TO_YCC[0].astype(np.float32)
    room = np.clip(luma * 4, 0, 1)[..., None]  # black stays black
    return np.asarray(np.clip(rgb + added * room, 0, 1), np.float32)
