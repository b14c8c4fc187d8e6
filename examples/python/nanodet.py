"""NanoDet-m, trained on COCO, as ONNX: boxes of persons, vehicles and other things.

The network is that of https://github.com/RangiLyu/nanodet (Apache-2.0); bring your own export of 416 x 416 with outputs
for the strides 8, 16 and 32, scores and box distributions in turn.
"""

from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from daylit_client import Detection

SIDE = 416
STRIDES = (8, 16, 32)
# Blue, green, red.
MEAN = np.array([103.53, 116.28, 123.675], np.float32)
DEVIATION = np.array([57.375, 57.12, 58.395], np.float32)
#: The classes of COCO that are told; the others are no matter on streets.
LABELS = {0: "person", 1: "bicycle", 2: "car", 3: "motorcycle", 5: "bus", 7: "truck", 16: "dog"}
MOST_OVERLAP = 0.6

Floats = NDArray[np.float32]


def wanted_size(width: int, height: int) -> tuple[int, int]:
    """What a frame of this size is to be resized to, so that its longer side fills the network's input."""
    scale = SIDE / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


class NanoDet:
    """The network. ``find`` takes rgb24 pictures of ``wanted_size``."""

    def __init__(self, path: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name

    def find(self, image: NDArray[np.uint8], least_score: float) -> list[Detection]:
        height, width = image.shape[:2]
        canvas = np.zeros((SIDE, SIDE, 3), np.float32)
        canvas[:height, :width] = image[:, :, ::-1]
        tensor = ((canvas - MEAN) / DEVIATION).transpose(2, 0, 1)[None]
        outputs = self._session.run(None, {self._input: np.ascontiguousarray(tensor)})
        by_cells = {array.shape[1:]: array[0] for array in outputs}
        boxes, scores, classes = [], [], []
        for stride in STRIDES:
            cells = (SIDE // stride) ** 2
            level_scores, distribution = by_cells[(cells, 80)], by_cells[(cells, 32)]
            best = level_scores.argmax(1)
            score = level_scores[np.arange(cells), best]
            keep = (score >= least_score) & np.isin(best, list(LABELS))
            boxes.append(level_boxes(distribution[keep], np.flatnonzero(keep), stride))
            scores.append(score[keep])
            classes.append(best[keep])
        return detections(np.concatenate(boxes), np.concatenate(scores), np.concatenate(classes), (width, height))


def level_boxes(distribution: Floats, cells: NDArray[np.intp], stride: int) -> Floats:
    """Left, top, right, bottom in pixels: the expected distance of each side from the cell's centre."""
    exponents = np.exp(distribution.reshape(-1, 4, 8) - distribution.reshape(-1, 4, 8).max(2, keepdims=True))
    distance = (exponents / exponents.sum(2, keepdims=True)) @ np.arange(8, dtype=np.float32) * stride
    columns = SIDE // stride
    x = (cells % columns + 0.5) * stride - 0.5
    y = (cells // columns + 0.5) * stride - 0.5
    sides = [x - distance[:, 0], y - distance[:, 1], x + distance[:, 2], y + distance[:, 3]]
    return np.stack(sides, 1).astype(np.float32)


def detections(boxes: Floats, scores: Floats, classes: NDArray[np.intp], size: tuple[int, int]) -> list[Detection]:
    """The best of boxes that overlap, as shares of the picture."""
    limit = np.array([*size, *size], np.float32)
    found = []
    for index in suppressed(boxes, scores, classes):
        left, top, right, bottom = np.clip(boxes[index] / limit, 0, 1).tolist()
        if right > left and bottom > top:
            box = (left, top, right - left, bottom - top)
            found.append(Detection(LABELS[int(classes[index])], float(scores[index]), box))
    return found


def suppressed(boxes: Floats, scores: Floats, classes: NDArray[np.intp]) -> list[int]:
    """Non-maximum suppression within each class."""
    order = np.argsort(-scores)
    kept: list[int] = []
    for index in order.tolist():
        rivals = [other for other in kept if classes[other] == classes[index]]
        if all(overlap(boxes[index], boxes[other]) <= MOST_OVERLAP for other in rivals):
            kept.append(index)
    return kept


def overlap(one: Floats, other: Floats) -> float:
    """Intersection over union."""
    low, high = np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])
    shared = float(np.prod(np.maximum(0, high - low)))
    areas = [float(np.prod(box[2:] - box[:2])) for box in (one, other)]
    return shared / (sum(areas) - shared + 1e-9)
