"""What an object detector trained on daylight sees: NanoDet-m, COCO classes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import onnxruntime as ort

from ..data.images import Bytes, Floats

SIDE = 416
THRESHOLD = 0.4
GROUPS = {0: 0, 1: 1, 3: 1, 2: 2, 5: 2, 7: 2}
"""COCO class -> person, two-wheeler, vehicle; other classes are not looked at."""


class Box(NamedTuple):
    """A detection in picture pixels."""

    group: int
    score: float
    left: float
    top: float
    right: float
    bottom: float


def overlap(a: Box, b: Box) -> float:
    """Intersection over union."""
    w = min(a.right, b.right) - max(a.left, b.left)
    h = min(a.bottom, b.bottom) - max(a.top, b.top)
    if w <= 0 or h <= 0:
        return 0.0
    areas = (a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top)
    return w * h / (areas - w * h)


class Detector:
    """Boxes of one picture above one threshold."""

    def __init__(self, path: Path, threads: int = 2) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def __call__(self, rgb: Bytes) -> list[Box]:
        ratio = SIDE / max(rgb.shape[:2])
        small = cv2.resize(rgb, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_LINEAR)
        canvas = np.zeros((SIDE, SIDE, 3), np.float32)
        canvas[: small.shape[0], : small.shape[1]] = small[:SIDE, :SIDE, ::-1]
        mean, deviation = np.array([103.53, 116.28, 123.675]), np.array([57.375, 57.12, 58.395])
        x = ((canvas - mean) / deviation).astype(np.float32)
        names = ["792", "795", "814", "817", "836", "839"]
        out = self.session.run(names, {"input.1": np.ascontiguousarray(x.transpose(2, 0, 1)[None])})
        boxes: list[Box] = []
        for stride, scores, sides in zip((8, 16, 32), out[::2], out[1::2], strict=True):
            boxes += self._level(stride, scores[0], sides[0], ratio)
        return _suppress(boxes)

    @staticmethod
    def _level(stride: int, scores: Floats, sides: Floats, ratio: float) -> list[Box]:
        kept = list(GROUPS)
        best = scores[:, kept].argmax(1)
        cells = np.flatnonzero(scores[:, kept].max(1) >= THRESHOLD)
        count = SIDE // stride
        boxes = []
        for cell in cells:
            e = np.exp(sides[cell].reshape(4, 8) - sides[cell].reshape(4, 8).max(1, keepdims=True))
            reach = (e / e.sum(1, keepdims=True)) @ np.arange(8) * stride
            x, y = ((cell % count) + 0.5) * stride - 0.5, ((cell // count) + 0.5) * stride - 0.5
            kind = kept[int(best[cell])]
            edges = [float(v / ratio) for v in (x - reach[0], y - reach[1], x + reach[2], y + reach[3])]
            boxes.append(Box(GROUPS[kind], float(scores[cell, kind]), *edges))
        return boxes


def _suppress(boxes: list[Box], limit: float = 0.6) -> list[Box]:
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda b: -b.score):
        if all(other.group != box.group or overlap(other, box) <= limit for other in kept):
            kept.append(box)
    return kept


def matches(truth: list[Box], found: list[Box], limit: float = 0.5) -> list[int]:
    """For each found box, best first, the index of the truth it takes, or -1."""
    free = set(range(len(truth)))
    taken = []
    for box in found:
        fits = [(overlap(truth[i], box), i) for i in free if truth[i].group == box.group]
        best = max(fits, default=(0.0, -1))
        taken.append(best[1] if best[0] >= limit else -1)
        free.discard(taken[-1])
    return taken


def compare(detect: Detector, real: list[Bytes], thermal: list[Bytes], shown: list[Bytes]) -> dict[str, float]:
    """Recall and precision against the detections on the real pictures; invent and erase rates against raw thermal."""
    truths = right = found_count = invented = erased = seen_raw = 0
    for r, t, s in zip(real, thermal, shown, strict=True):
        truth, found, bare = detect(r), detect(s), detect(np.repeat(t[:, :, None], 3, 2))
        taken, raw_taken = matches(truth, found), matches(truth, bare)
        truths, found_count, right = truths + len(truth), found_count + len(found), right + sum(i >= 0 for i in taken)
        wrong = [b for b, i in zip(found, taken, strict=True) if i < 0]
        unbacked = [b for b in wrong if all(o.group != b.group or overlap(o, b) < 0.5 for o in [*bare, *truth])]
        invented += len(unbacked)
        by_raw = {i for i in raw_taken if i >= 0}
        seen_raw += len(by_raw)
        erased += len(by_raw - {i for i in taken if i >= 0})
    return {
        "truths": truths,
        "recall": right / max(1, truths),
        "precision": right / max(1, found_count),
        "invented_a_frame": invented / max(1, len(real)),
        "erased_share": erased / max(1, seen_raw),
    }
