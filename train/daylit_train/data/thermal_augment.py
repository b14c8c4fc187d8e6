"""What cameras do to a thermal picture: optics, sensor noise, then gain control. float32 [H,W] 0..1 throughout."""

from __future__ import annotations

import cv2
import numpy as np

from .images import Bytes, Floats


def _chance(rng: np.random.Generator, p: float) -> bool:
    return bool(rng.random() < p)


def optics(x: Floats, rng: np.random.Generator) -> Floats:
    """Blur, or the coarse pixels of a small sensor (down to an eighth: 640 px behave like 80)."""
    if _chance(rng, 0.3):
        x = np.asarray(cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.3)), np.float32)
    if _chance(rng, 0.15):
        h, w = x.shape
        k = float(np.exp(rng.uniform(np.log(1.3), np.log(5.0))))
        small = cv2.resize(x, (max(16, round(w / k)), max(16, round(h / k))), interpolation=cv2.INTER_AREA)
        x = np.asarray(cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC), np.float32)
    return np.clip(x, 0, 1)


def empty_range(x: Floats, rng: np.random.Generator) -> Floats:
    """A few very hot things own most of the range; the scene is squeezed into its lower part and 8 bits."""
    top = rng.uniform(0.15, 0.5)
    knee = float(np.percentile(x[::2, ::2], rng.uniform(70, 97)))
    below = np.minimum(x, knee) / max(knee, 0.05) * top
    above = np.clip((x - knee) / max(1 - knee, 0.05), 0, 1) * (1 - top)
    return np.asarray(np.round((below + above) * 255) / 255, np.float32)


def sensor(x: Floats, rng: np.random.Generator) -> Floats:
    """White noise, row and column pattern, coarse and slow shading, isolated bad pixels."""
    h, w = x.shape
    level = float(np.exp(rng.uniform(np.log(0.003), np.log(0.07 if _chance(rng, 0.35) else 0.02))))
    noise = rng.standard_normal((h, w), np.float32) * level
    if _chance(rng, 0.3):
        noise += rng.standard_normal((1, w), np.float32) * rng.uniform(0, 0.03)
        noise += rng.standard_normal((h, 1), np.float32) * rng.uniform(0, 0.02)
    if _chance(rng, 0.2):
        k = float(rng.uniform(1.2, 3.0))
        grain = rng.standard_normal((round(h / k), round(w / k)), np.float32) * rng.uniform(0, 0.06)
        noise += cv2.resize(grain, (w, h), interpolation=cv2.INTER_CUBIC)
    if _chance(rng, 0.25):
        slow = rng.standard_normal((3, 4), np.float32) * rng.uniform(0, 0.08)
        noise += cv2.resize(slow, (w, h), interpolation=cv2.INTER_CUBIC)
    if _chance(rng, 0.1):
        for _ in range(int(rng.integers(1, 12))):
            noise[int(rng.integers(h)), int(rng.integers(w))] += rng.choice([-0.6, 0.6])
    return np.asarray(np.clip(x + noise, 0, 1), np.float32)


def gain_control(x: Floats, rng: np.random.Generator) -> Floats:
    """One of the kinds of AGC that cameras and daylit's own chain apply."""
    kind = rng.random()
    grey = np.asarray(x * 255, np.uint8)
    if kind < 0.30:  # percentile stretch
        low, high = np.percentile(x[::2, ::2], (rng.uniform(0, 3), rng.uniform(97, 100)))
        x = np.asarray(np.clip((x - low) / max(float(high - low), 0.05), 0, 1), np.float32)
    elif kind < 0.55:  # plateau equalisation, blended with what was there
        counts = np.bincount(grey.ravel(), minlength=256).astype(np.float32)
        counts = np.minimum(counts, grey.size * np.exp(rng.uniform(np.log(0.005), np.log(0.5))))
        curve = np.cumsum(counts) / max(float(counts.sum()), 1)
        x = np.asarray(x + rng.uniform(0.3, 1.0) * (curve[grey] - x), np.float32)
    elif kind < 0.75:  # contrast-limited local equalisation
        tiles = int(rng.integers(2, 7))
        local = cv2.createCLAHE(float(rng.uniform(1.0, 4.0)), (tiles, tiles)).apply(grey)
        x = np.asarray(x + rng.uniform(0.3, 1.0) * (local.astype(np.float32) / 255 - x), np.float32)
    gain, offset, gamma = rng.uniform(0.75, 1.3), rng.uniform(-0.1, 0.1), np.exp(rng.normal(0, 0.25))
    return np.asarray(np.clip((x - 0.5) * gain + 0.5 + offset, 0, 1) ** gamma, np.float32)


def augment(thermal: Bytes, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """uint8 [H,W] -> (what the network sees, the same without sensor noise), both float32."""
    x = optics(np.asarray(thermal / np.float32(255), np.float32), rng)
    squeezed = _chance(rng, 0.2)
    if squeezed:
        x = empty_range(x, rng)
    noisy = sensor(x, rng) if not squeezed else np.clip(x + (sensor(x, rng) - x) * 0.25, 0, 1)
    if squeezed:
        noisy = np.round(noisy * 255) / 255
    state = rng.bit_generator.state
    clean = gain_control(x, rng)
    rng.bit_generator.state = state
    seen = gain_control(noisy.astype(np.float32), rng)
    if squeezed:  # most of the range is still empty: equalise, as the runtime would
        clean, seen = _equalise(clean, seen)
    return seen, clean


def _equalise(clean: Floats, seen: Floats) -> tuple[Floats, Floats]:
    grey = np.asarray(seen * 255, np.uint8)
    if np.percentile(grey[::2, ::2], 75) > 110:
        return clean, seen
    curve = np.cumsum(np.bincount(grey.ravel(), minlength=256)).astype(np.float32) / grey.size

    def spread(x: Floats) -> Floats:
        return np.asarray(0.4 * x + 0.6 * curve[np.asarray(x * 255, np.uint8)], np.float32)

    return spread(clean), spread(seen)
