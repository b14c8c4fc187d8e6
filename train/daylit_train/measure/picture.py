"""Measures of one picture. RGB uint8 [H,W,3], thermal uint8 [H,W]."""

from __future__ import annotations

import cv2
import numpy as np

from ..data.images import Bytes, Floats
from .lab import luma, to_lab


def psnr(a: Bytes, b: Bytes) -> float:
    """RGB, 8 bit."""
    error = float(((a.astype(np.float32) - b.astype(np.float32)) ** 2).mean())
    return float(10 * np.log10(255**2 / max(1e-6, error)))


def ssim(a: Bytes, b: Bytes) -> float:
    """RGB, 8 bit, Gaussian window 11 x 11 of deviation 1.5 (Wang et al. 2004), mean over the channels."""
    x, y = a.astype(np.float32), b.astype(np.float32)

    def g(v: Floats) -> Floats:
        return np.asarray(cv2.GaussianBlur(v, (11, 11), 1.5), np.float32)

    mx, my = g(x), g(y)
    vx, vy, cov = g(x * x) - mx * mx, g(y * y) - my * my, g(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(((2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))).mean())


def ab_error(out: Bytes, real: Bytes) -> float:
    """Mean distance in the ab plane."""
    gap = (to_lab(out) - to_lab(real))[..., 1:]
    return float(np.hypot(gap[..., 0], gap[..., 1]).mean())


def contrast(out: Bytes, real: Bytes) -> float:
    """Deviation of the output's pixel values over the real picture's."""
    return float(out.astype(np.float32).std() / max(1e-3, real.astype(np.float32).std()))


def structure(out: Bytes, thermal: Bytes) -> float:
    """Mean |local normalised cross-correlation| of luma and thermal, in 9 px windows that have thermal texture."""
    x, y = luma(out), thermal.astype(np.float32)

    def g(v: Floats) -> Floats:
        return np.asarray(cv2.blur(v, (9, 9)), np.float32)

    mx, my = g(x), g(y)
    vx, vy = g(x * x) - mx * mx, g(y * y) - my * my
    correlation = (g(x * y) - mx * my) / np.sqrt(np.maximum(vx, 0.5) * np.maximum(vy, 0.5))
    textured = vy > 9
    return float(np.abs(correlation[textured]).mean()) if textured.any() else 1.0


def apce(out: Bytes, thermal: Bytes) -> float:
    """Edges kept: mean over Canny thresholds .01 to .99 of the share of thermal edges found in the output's luma.

    A threshold is a share of 1020, the largest gradient of a clean step; the lower one is 0.4 of it. One pixel of
    displacement is allowed. Thresholds at which the thermal picture has no edge are left out.
    """
    grey = np.asarray(luma(out), np.uint8)
    shares = []
    for level in np.linspace(0.01, 0.99, 15):
        high = 1020 * float(level)
        wanted = cv2.Canny(thermal, 0.4 * high, high, L2gradient=True) > 0
        if not wanted.any():
            continue
        found = cv2.dilate(cv2.Canny(grey, 0.4 * high, high, L2gradient=True), np.ones((3, 3), np.uint8)) > 0
        shares.append(float((wanted & found).sum() / wanted.sum()))
    return float(np.mean(shares)) if shares else 0.0


def colourfulness(rgb: Bytes) -> float:
    """Hasler and Suesstrunk 2003."""
    r, g, b = (rgb[..., c].astype(np.float32) for c in range(3))
    rg, yb = r - g, (r + g) / 2 - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))
