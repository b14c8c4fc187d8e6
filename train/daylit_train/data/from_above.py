"""Made-up views from straight above: grounds of any warmth, no sky.

A street picture's coldest part is its sky. From above the coldest part may be a lawn, a road or water, so the order of
warmth is drawn anew for each picture, and shapes with one colour and one warmth each are laid over real ground.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..network.things import BUILDING, PERSON, ROAD, VEGETATION, VEHICLE
from .images import Bytes, Floats
from .labels import field_things

# What a laid shape may be: class, RGB, spread of the colour.
_GROUNDS: tuple[tuple[int, tuple[int, int, int], float], ...] = (
    (VEGETATION, (92, 122, 62), 14),
    (VEGETATION, (126, 138, 82), 16),
    (VEGETATION, (64, 92, 50), 12),
    (ROAD, (128, 128, 130), 18),
    (ROAD, (168, 162, 152), 14),
    (ROAD, (176, 150, 118), 14),
    (BUILDING, (150, 92, 76), 18),
    (BUILDING, (158, 158, 160), 22),
)


def _shape(mask: Bytes, rng: np.random.Generator) -> None:
    """One band, block or ellipse of ones, at any angle."""
    h, w = mask.shape
    centre = (float(rng.uniform(0, w)), float(rng.uniform(0, h)))
    angle, kind = float(rng.uniform(0, 180)), rng.random()
    long, wide = float(np.hypot(h, w)), float(rng.uniform(0.02, 0.12)) * w
    block = (float(rng.uniform(0.15, 0.9)) * w, float(rng.uniform(0.15, 0.9)) * h)
    size = (2 * long, wide) if kind < 0.35 else block
    if kind > 0.75:
        cv2.ellipse(mask, (centre, size, angle), (1,), -1)
    else:
        cv2.fillPoly(mask, [cv2.boxPoints((centre, size, angle)).astype(np.int32)], (1,))


def _blobs(image: Bytes, things: Bytes, heat: Floats, rng: np.random.Generator) -> None:
    """Small warm people and cars, in any colour."""
    h, w = things.shape
    for _ in range(int(rng.integers(0, 14))):
        person = rng.random() < 0.7
        size = (rng.uniform(3, 7), rng.uniform(5, 11)) if person else (rng.uniform(9, 16), rng.uniform(18, 34))
        box = ((float(rng.uniform(0, w)), float(rng.uniform(0, h))), size, float(rng.uniform(0, 180)))
        mask = np.zeros((h, w), np.uint8)
        cv2.fillPoly(mask, [cv2.boxPoints(box).astype(np.int32)], (1,))
        inside = mask > 0
        image[inside] = rng.integers(20, 230, 3)
        things[inside] = PERSON if person else VEHICLE
        heat[inside] = rng.uniform(0.75, 1.1) if person else rng.uniform(0.2, 1.1)


def from_above(photo: Bytes, rng: np.random.Generator) -> tuple[Bytes, Bytes, Bytes]:
    """A photo from above -> (daylight uint8 [H,W,3], class map, white-hot thermal uint8 [H,W]), before any camera."""
    image, things = photo.copy(), field_things(photo)
    shape = things.shape
    warm = np.concatenate([rng.uniform(0.1, 0.9, 7), [0.5]])
    slot = np.where(things > 6, 7, things)
    heat = np.asarray(cv2.GaussianBlur(warm[slot].astype(np.float32), (0, 0), 2.0), np.float32)
    leaves = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), float(rng.uniform(0.7, 1.6)))
    rough = np.where(things == VEGETATION, rng.uniform(0, 0.1), rng.uniform(0, 0.02)).astype(np.float32)
    heat += leaves * rough
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    heat += (grey - cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(3, 14)))) * np.float32(rng.uniform(-0.2, 0.6))
    for _ in range(int(rng.integers(0, 6))):
        mask = np.zeros(shape, np.uint8)
        _shape(mask, rng)
        kind, rgb, spread = _GROUNDS[int(rng.integers(len(_GROUNDS)))]
        grain = rng.normal(0, 1, (*shape, 1)) * rng.uniform(1, 8)
        colour = np.asarray(rgb) + rng.normal(0, spread) + rng.normal(0, 4, 3) + grain
        inside = mask > 0
        image[inside] = np.clip(colour, 0, 255).astype(np.uint8)[inside]
        things[inside] = kind
        heat[inside] = (rng.uniform(0.05, 0.95) + grain[..., 0] * rng.normal(0, 0.004))[inside]
    slow = rng.standard_normal((4, 5)).astype(np.float32)
    heat += cv2.resize(slow, shape[::-1], interpolation=cv2.INTER_CUBIC) * np.float32(rng.uniform(0, 0.05))
    _blobs(image, things, heat, rng)
    heat = np.asarray(cv2.GaussianBlur(heat, (0, 0), float(rng.uniform(0.4, 1.2))), np.float32)
    low, high = np.percentile(heat[::3, ::3], (0.3, 99.7))
    thermal = np.clip((heat - low) / max(float(high - low), 0.15) * 235 + 10, 0, 255).astype(np.uint8)
    return image, things, thermal
