"""frame-int8.onnx: the frame graph with 8-bit convolutions (static QDQ), calibrated on training pictures."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

from .data.pictures import Pair
from .measure.colorizer import Colorizer
from .measure.normalise import fit, spread

INT8_FILE = "frame-int8.onnx"
SCENE_SIDE = 160
"""Object crops below this side are no frames."""


class _Frames(CalibrationDataReader):  # type: ignore[misc]
    """Thermal pictures with their own, another or no reference in turn."""

    def __init__(self, colorizer: Colorizer, pairs: list[Pair]) -> None:
        self._feeds = self._make(colorizer, pairs)

    @staticmethod
    def _make(colorizer: Colorizer, pairs: list[Pair]) -> Iterator[dict[str, NDArray[Any]]]:
        for i, pair in enumerate(pairs):
            photos = [[pair.visible], [pairs[i - 1].visible], []][i % 3]
            yield colorizer.feeds(spread(fit(pair.thermal)), colorizer.tokens(photos))

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        return next(self._feeds, None)


def quantise(folder: Path, pairs: list[Pair], count: int = 30) -> None:
    """Write frame-int8.onnx beside frame.onnx. The head and its neighbours stay in float: maps need finer steps."""
    pairs = [p for p in pairs if min(p.thermal.shape) >= SCENE_SIDE]
    chosen = [pairs[i] for i in np.linspace(0, len(pairs) - 1, min(count, len(pairs))).astype(int)]
    graph = onnx.load(folder / "frame.onnx").graph
    delicate = [n.name for n in graph.node if n.op_type == "Conv" and ("head" in n.name or "mix" in n.name)]
    with tempfile.TemporaryDirectory() as scratch:
        prepared = Path(scratch) / "frame.onnx"
        quant_pre_process(str(folder / "frame.onnx"), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(folder / INT8_FILE),
            _Frames(Colorizer(folder), chosen),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=delicate,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
