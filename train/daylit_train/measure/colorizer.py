"""A model folder in onnxruntime, used as the runtime uses it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from ..data.images import Bytes
from .normalise import padded

Feeds = dict[str, NDArray[Any]]


class Colorizer:
    """Both graphs of one folder; stills, or frames with their state."""

    def __init__(
        self,
        folder: Path,
        null_tensors: dict[str, Any] | None = None,
        threads: int = 2,
        frame_file: str = "frame.onnx",
    ) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3

        def session(file: str) -> ort.InferenceSession:
            return ort.InferenceSession(str(folder / file), options, providers=["CPUExecutionProvider"])

        self.frame, self.encoder = session(frame_file), session("reference-encoder.onnx")
        self.token_names = [o.name for o in self.encoder.get_outputs()]
        if null_tensors is None:
            null_tensors = json.loads((folder / "model.json").read_text())["nullTokens"]["tensors"]
        content = (folder / "null-tokens.bin").read_bytes()
        self.null: Feeds = {
            name: np.frombuffer(content, "<f4", int(np.prod(t["shape"])), t["offset"]).reshape(t["shape"])
            for name, t in null_tensors.items()
        }
        self.side: int = self.encoder.get_inputs()[0].shape[1]

    def tokens(self, photos: list[Bytes]) -> Feeds:
        """Tokens of a reference set; none: the learned ones."""
        if not photos:
            return self.null
        size = (self.side, self.side)
        small = np.stack([cv2.resize(p, size, interpolation=cv2.INTER_AREA) for p in photos])
        return dict(zip(self.token_names, self.encoder.run(None, {"photos": small}), strict=True))

    def feeds(self, thermal: Bytes, tokens: Feeds, smoothing: float = 0.0) -> Feeds:
        """Inputs of a first frame of any size."""
        frame = padded(thermal)
        h, w = frame.shape
        return {
            "frame": frame[None, :, :, None],
            **tokens,
            "past_maps": np.zeros((1, 6, h // 4, w // 4), np.float32),
            "past_low": np.zeros((1, 1, h // 4, w // 4), np.float32),
            "smoothing": np.full(1, smoothing, np.float32),
            "reset": np.ones(1, np.float32),
        }

    def still(self, thermal: Bytes, photos: list[Bytes]) -> Bytes:
        """One frame without a past -> RGB."""
        rgb = self.frame.run(["rgb"], self.feeds(thermal, self.tokens(photos)))[0][0]
        return np.ascontiguousarray(rgb[: thermal.shape[0], : thermal.shape[1]])

    def with_own(self, thermal: Bytes, real: Bytes) -> Bytes:
        """One frame with its own daylight picture as reference."""
        return self.still(thermal, [real])

    def without(self, thermal: Bytes, _real: Bytes) -> Bytes:
        """One frame without a reference."""
        return self.still(thermal, [])

    def clip(self, frames: list[Bytes], photos: list[Bytes], smoothing: float) -> list[Bytes]:
        """Frames in order, state handed on."""
        feeds = self.feeds(frames[0], self.tokens(photos), smoothing)
        out = []
        for frame in frames:
            feeds["frame"] = padded(frame)[None, :, :, None]
            rgb, feeds["past_maps"], feeds["past_low"] = self.frame.run(["rgb", "maps", "low"], feeds)
            feeds["reset"] = np.zeros(1, np.float32)
            out.append(np.ascontiguousarray(rgb[0, : frame.shape[0], : frame.shape[1]]))
        return out

    def latency(self, height: int = 512, width: int = 640, references: int = 1, runs: int = 40) -> tuple[float, float]:
        """Median and best milliseconds a frame."""
        rng = np.random.default_rng(0)
        photos = [rng.integers(0, 255, (self.side, self.side, 3)).astype(np.uint8) for _ in range(references)]
        feeds = self.feeds(rng.integers(0, 255, (height, width)).astype(np.uint8), self.tokens(photos))
        times = []
        for _ in range(runs + 8):
            start = time.perf_counter()
            self.frame.run(None, feeds)
            times.append(1e3 * (time.perf_counter() - start))
        return float(np.median(times[8:])), float(np.min(times[8:]))
