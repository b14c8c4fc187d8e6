"""Made-up pairs: a thermal view of a labelled daylight photo, from the warmth of things and of materials.

Exact in geometry, right in kind: skies are cold and smooth, people and cars warm, sunlit sides warmer than shaded
ones, windows mirror the cold sky. Luma within a class says almost nothing about warmth, as in nature.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..network.things import BUILDING, PERSON, ROAD, SKY, THINGS, VEGETATION, VEHICLE
from .images import Bytes, Floats
from .labels import VOID

# Warmth 0..1 of each class and its spread from scene to scene; the last row is for pixels without a class.
_DAY = np.array([0.08, 0.42, 0.62, 0.58, 0.82, 0.68, 0.5])
_NIGHT = np.array([0.10, 0.48, 0.50, 0.46, 0.92, 0.62, 0.48])
_SPREAD = np.array([0.05, 0.12, 0.13, 0.13, 0.09, 0.15, 0.15])
# How much fine daylight texture shows, and how much materials of one class differ.
_TEXTURE = np.array([0.01, 0.8, 0.35, 0.45, 0.25, 0.35, 0.5], np.float32)
_MATERIAL = np.array([0.0, 0.05, 0.06, 0.12, 0.10, 0.14, 0.1])


def _slots(things: Bytes) -> Bytes:
    """Class map with VOID as the last slot."""
    return np.where(things == VOID, len(THINGS), things).astype(np.uint8)


def _slow(shape: tuple[int, int], cells: int, rng: np.random.Generator) -> Floats:
    """A smooth random field of deviation about one."""
    grid = rng.standard_normal((cells, cells + 1), np.float32)
    return np.asarray(cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)


def _materials(image: Bytes, slots: Bytes, rng: np.random.Generator) -> Floats:
    """One warmth for each class and coarse colour: paint, brick, cloth, glass."""
    blurred = np.asarray(cv2.medianBlur(image, 5), np.uint8).astype(np.int32)
    step = int(rng.integers(36, 72))
    code = (blurred[..., 0] // step * 64 + blurred[..., 1] // step * 8 + blurred[..., 2] // step) % 512
    table = rng.normal(0, 1, (len(THINGS) + 1, 512)) * _MATERIAL[:, None]
    return table.astype(np.float32)[slots, code]


def _instances(slots: Bytes, rng: np.random.Generator) -> Floats:
    """Each person and each car its own warmth; cars are warmest below (wheels, engine)."""
    out = np.zeros(slots.shape, np.float32)
    for kind, spread in ((PERSON, 0.08), (VEHICLE, 0.14)):
        count, pieces, boxes, _ = cv2.connectedComponentsWithStats((slots == kind).astype(np.uint8))
        if count < 2:
            continue
        own = np.asarray(rng.normal(0, spread, int(count)), np.float32)
        own[0] = 0
        out += own[pieces]
        if kind == VEHICLE and rng.random() < 0.6:
            top, tall = boxes[:, 1].astype(np.float32), np.maximum(boxes[:, 3], 1).astype(np.float32)
            rows = np.arange(slots.shape[0], dtype=np.float32)[:, None]
            depth = (rows - top[pieces]) / tall[pieces] - 0.5
            out += np.where(pieces > 0, depth * rng.uniform(0, 0.4), 0)
    return out


def _sky(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Warmer toward the horizon; clouds are lumps of warmth at two scales."""
    rise = np.square(np.linspace(0, 1, shape[0], dtype=np.float32)) * np.float32(rng.uniform(0, 0.25))
    out = np.repeat(rise[:, None], shape[1], 1)
    if rng.random() < 0.5:
        lumps = _slow(shape, 5, rng) + 0.6 * _slow(shape, 13, rng) + 0.3 * _slow(shape, 40, rng)
        out += np.clip(lumps, 0, None) * np.float32(rng.uniform(0, 0.12))
    return out


def warmth_view(image: Bytes, things: Bytes, rng: np.random.Generator) -> Bytes:
    """uint8 [H,W,3] and its class map -> a white-hot thermal view uint8 [H,W], before any camera."""
    slots = _slots(things)
    shape = slots.shape[:2]
    mix = rng.dirichlet(np.ones(3)).astype(np.float32)
    grey = cv2.transform(image, mix[None]).astype(np.float32) / 255
    day = rng.random() < 0.65
    warm = rng.normal(_DAY if day else _NIGHT, _SPREAD).astype(np.float32)
    warm[SKY] = min(warm[SKY], float(warm[1:].min()) - 0.02)
    base = warm[slots] + _materials(image, slots, rng) + _instances(slots, rng)
    if day:  # sun: what is bright is warm, more so on hard things than on leaves
        sun = rng.uniform(0, 0.5) * np.array([0, 0.2, 0.8, 1, 0.3, 0.5, 0.6], np.float32)
        base += sun[slots] * (cv2.GaussianBlur(grey, (0, 0), 3.0) - 0.45)
    glass = (slots == BUILDING) | (slots == VEHICLE)
    if rng.random() < 0.5:
        base -= np.where(glass & (grey < rng.uniform(0.1, 0.3)), rng.uniform(0, 0.35), 0)
    base += np.where(slots == SKY, _sky(shape, rng), 0)
    base = np.asarray(cv2.GaussianBlur(base.astype(np.float32), (0, 0), rng.uniform(0.5, 1.4)), np.float32)
    fine = grey - cv2.GaussianBlur(grey, (0, 0), rng.uniform(2, 14))
    sign = np.where(rng.random(len(_TEXTURE)) < (0.75 if day else 0.5), 1, -1).astype(np.float32)
    texture = _TEXTURE * sign * rng.uniform(0.3, 1.2, len(_TEXTURE)).astype(np.float32)
    base += fine * cv2.GaussianBlur(texture[slots], (0, 0), 1.0)
    leaves = cv2.GaussianBlur(rng.standard_normal(shape, np.float32), (0, 0), rng.uniform(0.7, 1.6))
    base += np.where(slots == VEGETATION, leaves * rng.uniform(0, 0.08), 0)
    base += np.where(slots == ROAD, _slow(shape, 6, rng) * rng.uniform(0, 0.05), 0)
    base += _slow(shape, 4, rng) * np.where(slots == SKY, 0.01, 0.04)
    low, high = np.percentile(base[::3, ::3], (0.3, 99.7))
    return np.asarray(np.clip((base - low) / max(float(high - low), 0.1) * 255, 0, 255), np.uint8)


def plain_view(image: Bytes, rng: np.random.Generator) -> Bytes:
    """Without classes: a random channel mix through a random smooth curve; signless texture only."""
    mix = (rng.dirichlet(np.ones(3)) if rng.random() < 0.7 else rng.normal(0, 1, 3)).astype(np.float32)
    x = cv2.transform(image.astype(np.float32) / 255, mix[None])
    low, high = np.percentile(x, (1, 99))
    x = np.clip((x - low) / (high - low + 1e-3), 0, 1)
    curve = np.interp(np.linspace(0, 1, 256), np.linspace(0, 1, 5), rng.uniform(0, 1, 5))
    return np.asarray(curve[(x * 255).astype(np.uint8)] * 255, np.uint8)
