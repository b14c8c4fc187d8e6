"""What a detector finds."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from daylit_client.protocol import Frame


@dataclass(frozen=True)
class Detection:
    """One thing in a frame."""

    label: str
    #: From 0 to 1.
    score: float
    #: Left, top, width and height as shares of the picture, each from 0 to 1.
    box: tuple[float, float, float, float]


def message_of(frame: Frame, found: Iterable[Detection]) -> str:
    """What was found in a frame, as the server takes it."""
    detections = [{"label": one.label, "score": one.score, "box": one.box} for one in found]
    return json.dumps({"sequence": frame.sequence, "pts": frame.pts, "detections": detections})
