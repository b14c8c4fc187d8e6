"""model.json, format 1: what the runtime must know of a model folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from .network.colour import STATS
from .network.decoder import MAPS
from .network.tokens import DIM, KEY, REFERENCE_SIZE

FORMAT = 1
FRAME_MULTIPLE = 32
TOKEN_NAMES = ("keys", "values", "colours", "stats")
FRAME_INPUTS = ("frame", *TOKEN_NAMES, "past_maps", "past_low", "smoothing", "reset")
FRAME_OUTPUTS = ("rgb", "maps", "low")
DRAWN = {"maps": "drawn_maps", "low": "low"}
"""State output -> the tensor that holds it before the past is blended in: there the runtime may cut the frame graph in
two, to draw several frames at a time."""

_TOKENS: dict[str, list[int | str]] = {
    "keys": [1, "T", KEY],
    "values": [1, "T", DIM],
    "colours": [1, "T", 3],
    "stats": [1, "R", STATS],
}
_MAPS: list[int | str] = ["B", MAPS, "H/4", "W/4"]
_LOW: list[int | str] = ["B", 1, "H/4", "W/4"]
SHAPES: dict[str, list[int | str]] = {
    **_TOKENS,
    "frame": ["B", "H", "W", 1],
    "rgb": ["B", "H", "W", 3],
    "past_maps": _MAPS,
    "maps": _MAPS,
    "past_low": _LOW,
    "low": _LOW,
    "smoothing": [1],
    "reset": [1],
    "photos": ["R", REFERENCE_SIZE, REFERENCE_SIZE, 3],
}
_BYTES = {"frame", "rgb", "photos"}

LICENCE: dict[str, Any] = {
    "weights": "Research use only: the terms of some training pictures are not open. See MODEL_CARD.md.",
    "data": [
        {
            "name": "RoadScene (from FLIR ADAS video)",
            "terms": "Not stated; FLIR ADAS terms apply to the originals.",
        },
        {
            "name": "FLIR ADAS object crops (rgbt_detection)",
            "terms": "Repository Apache-2.0; FLIR ADAS terms apply to the originals.",
        },
        {"name": "RGBTDronePerson figures", "terms": "Not stated."},
        {"name": "CamVid photos", "terms": "CC BY-NC 4.0, personal and research use."},
        {"name": "OpenSfM Lund and Berlin, Brighton beach", "terms": "BSD-2-Clause."},
        {"name": "odm_data_copr", "terms": "CC BY-SA 4.0."},
        {
            "name": "16-bit stills: IRimage, Thermimage, DJI samples (thermal only, no colours learned)",
            "terms": "Per picture: Wikimedia Commons terms, GPL-3 repository, or not stated.",
        },
    ],
}


def file_entry(path: Path) -> dict[str, Any]:
    """Bytes and SHA-256 of one file."""
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def graph_entry(file: str, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> dict[str, Any]:
    """Types and shapes of one graph's tensors."""

    def tensors(names: tuple[str, ...]) -> dict[str, Any]:
        return {n: {"type": "uint8" if n in _BYTES else "float32", "shape": SHAPES[n]} for n in names}

    return {"file": file, "inputs": tensors(inputs), "outputs": tensors(outputs)}


def manifest(
    name: str,
    version: str,
    folder: Path,
    files: list[str],
    null_tensors: dict[str, Any],
    parameters: int,
    self_test: dict[str, Any],
) -> dict[str, Any]:
    """The whole of model.json."""
    return {
        "format": FORMAT,
        "name": name,
        "version": version,
        "licence": LICENCE,
        "files": {file: file_entry(folder / file) for file in sorted(files)},
        "reference": {"width": REFERENCE_SIZE, "height": REFERENCE_SIZE},
        "frameMultiple": FRAME_MULTIPLE,
        "thermal": {"agc": "percentile", "percentiles": [1, 99]},
        "graphs": {
            "referenceEncoder": graph_entry("reference-encoder.onnx", ("photos",), TOKEN_NAMES),
            "frame": graph_entry("frame.onnx", FRAME_INPUTS, FRAME_OUTPUTS) | {"drawn": DRAWN},
        },
        "tokens": list(TOKEN_NAMES),
        "state": [
            {"input": "past_maps", "output": "maps", "zero": 0},
            {"input": "past_low", "output": "low", "zero": 0},
        ],
        "nullTokens": {"file": "null-tokens.bin", "tensors": null_tensors},
        "parameters": parameters,
        "selfTest": self_test,
    }
