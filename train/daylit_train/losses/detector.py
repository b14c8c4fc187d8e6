"""What a daylight detector makes of the picture, against what it makes of the real one.

Features match at its pyramid; what it finds on the real picture must be found, what it finds there alone must not be
believed (in the manner of Medeiros et al., ModTr, ECCV 2024: translate for a frozen detector).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor, nn

PYRAMID = ("733", "753", "773")
SCORES = ("787", "809", "831")
"""Tensors of the graph: pyramid at 1/8, 1/16, 1/32, and class logits [B,80,h,w] of the same cells."""
EXPORTED_SIDE = 416
GROUPS = ((0,), (1, 3), (2, 5, 7))
"""COCO classes that count alike: person, two-wheeler, vehicle."""
SURE, QUIET, BELIEVED = 0.3, 0.15, 0.15
"""A cell is a find from SURE on and empty below QUIET; BELIEVED is what a score may reach in an empty cell."""


class Seen(NamedTuple):
    """The detector's view of one batch."""

    pyramid: list[Tensor]
    groups: list[Tensor]
    """Probability of each group [B,3,h,w], level by level."""


class FrozenDetector(nn.Module):
    """NanoDet's ONNX file as differentiable PyTorch, for any batch and any sides that 32 divides.

    The file fixes 416 px and one picture in its reshapes; here shapes come from the data. Only the operators that the
    graph has are known: others raise ValueError.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, path: Path) -> None:
        super().__init__()
        graph = onnx.load(path).graph
        held = {i.name: numpy_helper.to_array(i).copy() for i in graph.initializer}
        constants = {n.output[0]: n for n in graph.node if n.op_type == "Constant"}
        held |= {k: numpy_helper.to_array(n.attribute[0].t).copy() for k, n in constants.items()}
        self.shapes = {k: v.astype(int).tolist() for k, v in held.items() if v.dtype == np.int64}
        self.names = {k: f"w{i}" for i, k in enumerate(held)}
        for k, v in held.items():
            if v.dtype == np.float32:
                self.register_buffer(self.names[k], torch.from_numpy(v))
        self.steps = _needed(graph, {*PYRAMID, *SCORES})
        self.register_buffer("mean", torch.tensor([103.53, 116.28, 123.675]).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor([57.375, 57.12, 58.395]).view(1, 3, 1, 1))

    def _weight(self, name: str) -> Tensor | None:
        return getattr(self, self.names[name]) if name else None

    def forward(self, rgb: Tensor) -> Seen:
        """[B,3,H,W] 0..1."""
        side = rgb.shape[-2:]
        at = {"input.1": (rgb.flip(1) * 255 - self.mean) / self.deviation}
        for node in self.steps:
            self._step(node, at, side)
        scores = [at[k].float().sigmoid() for k in SCORES]
        groups = [torch.stack([s[:, list(g)].amax(1) for g in GROUPS], 1) for s in scores]
        return Seen([at[k].float() for k in PYRAMID], groups)

    def _step(self, node: onnx.NodeProto, at: dict[str, Tensor], side: torch.Size) -> None:
        a = {x.name: onnx.helper.get_attribute_value(x) for x in node.attribute}
        x, kind = at[node.input[0]], node.op_type
        if kind == "Conv":
            weight = self._weight(node.input[1])
            bias = self._weight(node.input[2]) if len(node.input) > 2 else None
            assert weight is not None
            out = F.conv2d(x, weight, bias, a["strides"], a["pads"][:2], a.get("dilations", 1), a.get("group", 1))
        elif kind == "LeakyRelu":
            out = F.leaky_relu(x, a["alpha"])
        elif kind == "MaxPool":
            out = F.max_pool2d(x, a["kernel_shape"], a["strides"], a["pads"][0])
        elif kind == "Concat":
            out = torch.cat([at[name] for name in node.input], a["axis"])
        elif kind == "Add":
            out = x + at[node.input[1]]
        elif kind == "Transpose":
            out = x.permute(a["perm"])
        elif kind == "Reshape":  # channel shuffle: apart into groups, and together again
            shape = self.shapes[node.input[1]]
            out = x.unflatten(1, (shape[1], -1)) if len(shape) == 5 else x.flatten(1, 2)
        elif kind == "Resize":
            rows, columns = self.shapes[node.input[3]][2:]
            size = (rows * side[0] // EXPORTED_SIDE, columns * side[1] // EXPORTED_SIDE)
            out = F.interpolate(x, size, mode="bilinear")
        elif kind == "Split":
            at.update(zip(node.output, x.split(list(a["split"]), a["axis"]), strict=True))
            return
        else:
            raise ValueError(f"the detector has an operator that is not known here: {kind}")
        at[node.output[0]] = out


def _needed(graph: onnx.GraphProto, wanted: set[str]) -> list[onnx.NodeProto]:
    """The nodes that the wanted tensors hang on, in order."""
    kept, missing = [], set(wanted)
    for node in reversed(graph.node):
        if node.op_type != "Constant" and missing & set(node.output):
            kept.append(node)
            missing |= set(node.input)
    return kept[::-1]


def detector_terms(ours: Seen, real: Seen) -> dict[str, Tensor]:
    """``detector``: feature distance; ``found``: real finds that fade; ``invented``: belief where nothing is."""
    levels = zip(ours.pyramid, real.pyramid, strict=True)
    gap = [(F.normalize(o, dim=1) - F.normalize(r, dim=1)).pow(2).sum(1).mean() for o, r in levels]
    found, count, invented = [], [], []
    for o, r in zip(ours.groups, real.groups, strict=True):
        sure = (r > SURE).float()
        found.append((sure * r * -o.clamp(min=1e-4).log()).sum())
        count.append(sure.sum())
        empty = (F.max_pool2d(r, 5, 1, 2) < QUIET).float()
        invented.append((-(1 - (o - BELIEVED).relu()).log() * empty).sum())
    return {
        "detector": torch.stack(gap).sum(),
        "found": torch.stack(found).sum() / torch.stack(count).sum().clamp(min=1),
        "invented": torch.stack(invented).sum() / len(ours.pyramid[0]),
    }
