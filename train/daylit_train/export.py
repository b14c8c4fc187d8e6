"""``export``: checkpoint -> a model folder that the runtime loads, checked against PyTorch."""

from __future__ import annotations

import argparse
import json
import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from .manifest import FRAME_INPUTS, FRAME_MULTIPLE, FRAME_OUTPUTS, TOKEN_NAMES, manifest
from .measure.colorizer import Colorizer
from .network.decoder import MAPS
from .network.graphs import FrameGraph, ReferenceGraph
from .network.model import Model
from .network.tokens import REFERENCE_SIZE, Tokens
from .onnx_files import check_cut, finish, make_fast, name_cut
from .self_test import block_means, self_test_input
from .training.checkpoint import read_model

AGREEMENT = 1e-3
"""Largest difference allowed between ONNX and PyTorch, in maps and tokens."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--weights", type=Path, required=True, help="a checkpoint (its EMA weights are taken)")
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--name", default="live")
    parser.add_argument("--version", default="0.2.0")
    parser.add_argument("--card", type=Path, help="MODEL_CARD.md to put beside the graphs")


def run(args: argparse.Namespace) -> int:
    model = read_model(args.weights)
    gap = export(model, args.out, args.name, args.version)
    if args.card:
        shutil.copyfile(args.card, args.out / "MODEL_CARD.md")
    print(f"{args.out}: ONNX differs from PyTorch by at most {gap:.1e}")
    return 0


def _frame_feeds(tokens: Tokens, height: int, width: int, seed: int) -> tuple[Tensor, ...]:
    rng = torch.Generator().manual_seed(seed)
    frame = torch.randint(0, 256, (1, height, width, 1), generator=rng, dtype=torch.uint8)
    past = torch.rand(1, MAPS, height // 4, width // 4, generator=rng)
    low = torch.rand(1, 1, height // 4, width // 4, generator=rng)
    return (frame, *tokens, past, low, torch.tensor([0.5]), torch.tensor([0.0]))


def _write_graphs(model: Model, folder: Path) -> None:
    null = Tokens(*(t.detach() for t in model.generator.null_tokens()))
    small = {0: "B", 2: "H4", 3: "W4"}
    axes: dict[str, dict[int, str]] = {
        "frame": {0: "B", 1: "H", 2: "W"},
        "rgb": {0: "B", 1: "H", 2: "W"},
        **{name: small for name in ("past_maps", "past_low", "maps", "low")},
        **{name: {1: "T"} for name in TOKEN_NAMES[:3]},
        "stats": {1: "R"},
        "photos": {0: "R"},
    }
    photos = torch.zeros(2, REFERENCE_SIZE, REFERENCE_SIZE, 3, dtype=torch.uint8)
    jobs: list[tuple[torch.nn.Module, Any, str, tuple[str, ...], tuple[str, ...]]] = [
        (FrameGraph(model.generator), _frame_feeds(null, 128, 160, 0), "frame.onnx", FRAME_INPUTS, FRAME_OUTPUTS),
        (ReferenceGraph(model.references), (photos,), "reference-encoder.onnx", ("photos",), TOKEN_NAMES),
    ]
    for graph, feeds, file, inputs, outputs in jobs:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                graph.eval(),
                feeds,
                str(folder / file),
                input_names=list(inputs),
                output_names=list(outputs),
                dynamic_axes={n: axes[n] for n in (*inputs, *outputs) if n in axes},
                opset_version=17,
                dynamo=False,
            )
        finish(folder / file)
    make_fast(folder / "frame.onnx")
    name_cut(folder / "frame.onnx")
    check_cut(folder / "frame.onnx")


def _write_null_tokens(model: Model, path: Path) -> dict[str, Any]:
    """float32 little-endian, one after the other -> offset and shape of each."""
    entries: dict[str, Any] = {}
    content = b""
    for name, tensor in zip(TOKEN_NAMES, model.generator.null_tokens(), strict=True):
        entries[name] = {"offset": len(content), "shape": list(tensor.shape)}
        content += np.ascontiguousarray(tensor.detach().numpy(), "<f4").tobytes()
    path.write_bytes(content)
    return entries


def _self_test(colorizer: Colorizer) -> dict[str, Any]:
    width, height, columns, rows, seed = 160, 128, 4, 4, 1
    frame, photo, digest = self_test_input(seed, width, height, REFERENCE_SIZE, REFERENCE_SIZE)
    return {
        "seed": seed,
        "size": {"width": width, "height": height},
        "inputSha256": digest,
        "columns": columns,
        "rows": rows,
        "withoutReference": block_means(colorizer.still(frame, []), columns, rows),
        "withReference": block_means(colorizer.still(frame, [photo]), columns, rows),
        "tolerance": 2,
    }


def disagreement(model: Model, colorizer: Colorizer) -> float:
    """Largest difference between PyTorch and the exported graphs, over sizes and numbers of references."""
    worst = 0.0
    rng = np.random.default_rng(0)
    for height, width, count in ((128, 160, 1), (96, 224, 3)):
        photos = rng.integers(0, 256, (count, REFERENCE_SIZE, REFERENCE_SIZE, 3)).astype(np.uint8)
        with torch.no_grad():
            tokens = ReferenceGraph(model.references)(torch.from_numpy(photos))
            feeds = _frame_feeds(Tokens(*tokens), height, width, 1)
            rgb, maps, low = FrameGraph(model.generator)(*feeds)
        ours = colorizer.encoder.run(None, {"photos": photos})
        named = {name: value.numpy() for name, value in zip(FRAME_INPUTS, feeds, strict=True)}
        other_rgb, other_maps, other_low = colorizer.frame.run(None, named)
        if np.abs(rgb.numpy().astype(int) - other_rgb).max() > 1:
            raise ValueError("ONNX and PyTorch draw pictures more than one grey level apart")
        parts = [(maps, other_maps), (low, other_low), *zip(tokens, ours, strict=True)]
        worst = max(worst, *(float(np.abs(a.numpy() - b).max()) for a, b in parts))
    return worst


def export(model: Model, folder: Path, name: str, version: str) -> float:
    """Write the folder; -> the largest difference from PyTorch. Raises ValueError above AGREEMENT."""
    folder.mkdir(parents=True, exist_ok=True)
    model.eval()
    _write_graphs(model, folder)
    null_tensors = _write_null_tokens(model, folder / "null-tokens.bin")
    files = ["frame.onnx", "reference-encoder.onnx", "null-tokens.bin"]
    colorizer = Colorizer(folder, null_tensors)
    gap = disagreement(model, colorizer)
    if not gap <= AGREEMENT:
        raise ValueError(f"ONNX and PyTorch differ by {gap}")
    parameters = sum(p.numel() for p in model.parameters())
    text = manifest(name, version, folder, files, null_tensors, parameters, _self_test(colorizer))
    assert text["frameMultiple"] == FRAME_MULTIPLE
    (folder / "model.json").write_text(json.dumps(text, indent=2) + "\n")
    return gap
