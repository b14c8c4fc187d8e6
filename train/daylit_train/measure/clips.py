"""Steadiness on recorded motion."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..data.images import Bytes, Floats
from .normalise import spread


def read_clip(path: Path, count: int, black_hot: bool) -> list[Bytes]:
    """The first frames of a thermal video as white-hot gray8."""
    video = cv2.VideoCapture(str(path))
    frames: list[Bytes] = []
    while len(frames) < count:
        ok, bgr = video.read()
        if not ok:
            break
        grey = np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), np.uint8)
        frames.append(spread(np.asarray(255 - grey, np.uint8) if black_hot else grey))
    video.release()
    return frames


def _histograms(frame: Bytes) -> Floats:
    out = [np.bincount(frame[..., c].ravel(), minlength=256) / frame[..., c].size for c in range(3)]
    return np.asarray(np.stack(out), np.float32)


def _jensen_shannon(p: Floats, q: Floats) -> float:
    m = (p + q) / 2

    def kl(a: Floats) -> Floats:
        return np.where(a > 0, a * np.log2(np.maximum(a, 1e-12) / np.maximum(m, 1e-12)), 0).sum(-1)

    return float(((kl(p) + kl(q)) / 2).mean())


def cdc(frames: list[Bytes]) -> float:
    """Colour distribution consistency (Liu et al. 2021): Jensen-Shannon divergence 1, 2 and 4 frames apart, mean."""
    hist = [_histograms(f) for f in frames]
    means = [
        np.mean([_jensen_shannon(hist[i], hist[i + gap]) for i in range(len(hist) - gap)])
        for gap in (1, 2, 4)
        if len(hist) > gap
    ]
    return float(np.mean(means))


def flows(thermal: list[Bytes]) -> list[Floats]:
    """Backward flow of each frame from the one before, DIS on the thermal input."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    pairs = zip(thermal[1:], thermal[:-1], strict=True)
    return [np.asarray(dis.calc(a, b, None), np.float32) for a, b in pairs]  # type: ignore[call-overload]


def warp_error(frames: list[Bytes], flow: list[Floats]) -> float:
    """Mean |frame - previous frame moved by the flow|, 0..1, where the move stays inside."""
    errors = []
    for now, before, f in zip(frames[1:], frames[:-1], flow, strict=True):
        h, w = f.shape[:2]
        x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
        at_x, at_y = x + f[..., 0], y + f[..., 1]
        moved = cv2.remap(before, at_x, at_y, cv2.INTER_LINEAR).astype(np.float32)
        inside = (at_x >= 0) & (at_x < w) & (at_y >= 0) & (at_y < h)
        errors.append(float(np.abs(now.astype(np.float32) - moved).mean(2)[inside].mean()) / 255)
    return float(np.mean(errors))


def flicker(frames: list[Bytes], thermal: list[Bytes]) -> float:
    """Mean change of pixels whose thermal value (5 px mean) stood still, grey levels."""
    changes = []
    for i in range(1, len(frames)):
        a, b = (cv2.blur(thermal[k].astype(np.float32), (5, 5)) for k in (i, i - 1))
        still = np.abs(a - b) < 1
        if still.any():
            step = np.abs(frames[i].astype(np.float32) - frames[i - 1].astype(np.float32)).mean(2)
            changes.append(float(step[still].mean()))
    return float(np.mean(changes)) if changes else 0.0


class Clip:
    """A thermal clip with its flow and its own measures, to which outputs are compared."""

    def __init__(self, thermal: list[Bytes]) -> None:
        self.thermal, self.flow = thermal, flows(thermal)
        self.own = self._measure([np.repeat(f[:, :, None], 3, 2) for f in thermal])

    def _measure(self, frames: list[Bytes]) -> dict[str, float]:
        return {
            "cdc": cdc(frames),
            "warp": warp_error(frames, self.flow),
            "flicker": flicker(frames, self.thermal),
        }

    def steadiness(self, frames: list[Bytes]) -> dict[str, float]:
        """Measures of an output, each also as a multiple of the thermal input's own."""
        out = self._measure(frames)
        return out | {f"{k}_over_thermal": v / max(1e-6, self.own[k]) for k, v in out.items()}
