"""The binary message of docs/protocol.md."""

import json
import struct
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"DLFR"
VERSION = 1
FORMATS = ("rgb24", "gray", "jpeg", "nv12")
PARTS = ("colour", "thermal", "both")

# magic, version, format, which, flags, sequence, pts, captured, epoch, age, width, height, bytes of JSON
HEADER = struct.Struct(">4sBBBBQqqIIHHI")


class ProtocolError(ValueError):
    """A message is not one of this version."""


@dataclass(frozen=True)
class Frame:
    """One frame of a camera."""

    format: str
    which: str
    sequence: int
    #: Presentation time in microseconds.
    pts: int
    #: Seconds since 1970 at which the frame reached the server.
    captured: float
    #: How many connections to the camera that showed pictures came before this one.
    epoch: int
    #: Seconds from its arrival at the server until it was sent: free of the difference between two clocks.
    age_when_sent: float
    width: int
    height: int
    #: Who made the colours up: ``model``, ``palette``, or nobody in a thermal picture.
    synthesised: str | None
    #: The camera repeats its picture, since it calibrates itself.
    frozen: bool
    #: The scene is another one than a frame ago.
    cut: bool
    metadata: dict[str, Any]
    #: The pixels as they came.
    data: bytes = field(repr=False)

    @property
    def age(self) -> float:
        """Seconds from its arrival at the server until now; right where both machines' clocks agree."""
        return time.time() - self.captured

    @property
    def image(self) -> NDArray[np.uint8]:
        """The pixels: [height, width, 3] of rgb24, [height, width] of gray, [height * 3 / 2, width] of nv12; of a
        JPEG, its bytes in a row."""
        pixels = np.frombuffer(self.data, np.uint8)
        if self.format == "rgb24":
            return pixels.reshape(self.height, self.width, 3)
        if self.format == "gray":
            return pixels.reshape(self.height, self.width)
        if self.format == "nv12":
            return pixels.reshape(self.height * 3 // 2, self.width)
        return pixels


def decode(message: bytes) -> Frame:
    """A binary message as a frame."""
    if len(message) < HEADER.size:
        raise ProtocolError(f"{len(message)} bytes are no frame")
    magic, version, form, which, flags, sequence, pts, captured, epoch, age, width, height, length = HEADER.unpack_from(
        message
    )
    if magic != MAGIC or version != VERSION:
        raise ProtocolError(f"not a frame of version {VERSION}")
    if form >= len(FORMATS) or which >= len(PARTS):
        raise ProtocolError("unknown kind of pixels")
    pixels = message[HEADER.size + length :]
    expected = {"rgb24": 3 * width * height, "gray": width * height, "nv12": width * height * 3 // 2}
    if len(pixels) != expected.get(FORMATS[form], len(pixels)) or not pixels:
        raise ProtocolError(f"{len(pixels)} bytes are no {FORMATS[form]} of {width} x {height}")
    return Frame(
        format=FORMATS[form],
        which=PARTS[which],
        sequence=sequence,
        pts=pts,
        captured=captured / 1e6,
        epoch=epoch,
        age_when_sent=age / 1e6,
        width=width,
        height=height,
        synthesised={1: "model", 2: "palette"}.get(flags & 3),
        frozen=bool(flags & 4),
        cut=bool(flags & 8),
        metadata=json.loads(message[HEADER.size : HEADER.size + length]),
        data=pixels,
    )
