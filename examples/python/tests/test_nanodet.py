"""From what the network says to boxes."""

import numpy as np

from nanodet import SIDE, detections, level_boxes, suppressed, wanted_size


def certain(*bins: int) -> np.ndarray:
    """A distribution that is sure of these bins for left, top, right and bottom."""
    distribution = np.full((1, 4, 8), -20, np.float32)
    distribution[0, range(4), bins] = 20
    return distribution.reshape(1, 32)


def test_the_longer_side_fills_the_input() -> None:
    assert wanted_size(640, 512) == (SIDE, 333)
    assert wanted_size(100, 200) == (208, SIDE)


def test_distances_from_the_cell_s_centre() -> None:
    # Row 1, column 2 of stride 8: centre (19.5, 11.5).
    (box,) = level_boxes(certain(1, 0, 2, 7), np.array([SIDE // 8 + 2]), 8)
    assert np.allclose(box, [19.5 - 8, 11.5, 19.5 + 16, 11.5 + 56], atol=0.01)


def test_of_boxes_that_overlap_the_best_is_kept_in_each_class() -> None:
    boxes = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [1, 0, 11, 10], [30, 30, 40, 40]], np.float32)
    scores = np.array([0.5, 0.9, 0.6, 0.7], np.float32)
    assert suppressed(boxes, scores, np.array([2, 2, 0, 2])) == [1, 3, 2]


def test_boxes_are_told_as_shares_inside_the_picture() -> None:
    boxes = np.array([[-10, 10, 50, 30], [120, 0, 130, 10]], np.float32)
    (one,) = detections(boxes, np.array([0.8, 0.7], np.float32), np.array([2, 0]), (100, 40))
    assert (one.label, round(one.score, 2), one.box) == ("car", 0.8, (0.0, 0.25, 0.5, 0.5))
