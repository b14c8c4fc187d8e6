"""Frames of daylit's cameras as numpy arrays, and detections back.

import daylit_client as daylit

for frame in daylit.frames("roof"):           # or: async for frame in daylit.frames("roof")
    print(frame.sequence, frame.image.shape, f"{1000 * frame.age:.0f} ms old")
"""

from daylit_client.client import Frames, ServerError, frames
from daylit_client.detection import Detection
from daylit_client.protocol import Frame, ProtocolError, decode

__all__ = ["Detection", "Frame", "Frames", "ProtocolError", "ServerError", "decode", "frames"]
