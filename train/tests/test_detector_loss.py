"""The detector's ONNX file in PyTorch, and the terms that look through it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from daylit_train.losses.detector import EXPORTED_SIDE, PYRAMID, SCORES, FrozenDetector, Seen, detector_terms

WIDTH = 8


def _conv(nodes: list, weights: list, source: str, name: str, shape: tuple[int, ...], stride: int) -> None:
    rng = np.random.default_rng(len(weights))
    weights.append(numpy_helper.from_array(rng.normal(0, 0.3, shape).astype(np.float32), f"{name}.w"))
    weights.append(numpy_helper.from_array(rng.normal(0, 0.1, shape[0]).astype(np.float32), f"{name}.b"))
    pads = [0, 0, 0, 0] if shape[2] == stride or shape[2] == 1 else [1, 1, 1, 1]
    told = {"strides": [stride, stride], "pads": pads, "kernel_shape": list(shape[2:])}
    nodes.append(helper.make_node("Conv", [source, f"{name}.w", f"{name}.b"], [name], **told))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph with the detector's tensor names and operators: pyramid, channel shuffle, resize, split heads."""
    path: Path = tmp_path_factory.mktemp("detector") / "toy.onnx"
    nodes: list = []
    weights: list = [
        numpy_helper.from_array(np.array([1, 2, WIDTH // 2, 52, 52], np.int64), "apart"),
        numpy_helper.from_array(np.array([1, WIDTH, 52, 52], np.int64), "together"),
        numpy_helper.from_array(np.array([1, WIDTH, 26, 26], np.int64), "half"),
        numpy_helper.from_array(np.array([], np.float32), "empty"),
        numpy_helper.from_array(np.array([80, 32], np.int64), "parts"),
    ]
    _conv(nodes, weights, "input.1", "stem", (WIDTH, 3, 8, 8), 8)
    nodes.append(helper.make_node("LeakyRelu", ["stem"], ["lit"], alpha=0.1))
    nodes.append(helper.make_node("Reshape", ["lit", "apart"], ["five"]))
    nodes.append(helper.make_node("Transpose", ["five"], ["turned"], perm=[0, 2, 1, 3, 4]))
    nodes.append(helper.make_node("Reshape", ["turned", "together"], [PYRAMID[0]]))
    told = {"mode": "linear", "coordinate_transformation_mode": "pytorch_half_pixel"}
    nodes.append(helper.make_node("Resize", [PYRAMID[0], "empty", "empty", "half"], ["small"], **told))
    _conv(nodes, weights, PYRAMID[0], "down", (WIDTH, WIDTH, 3, 3), 2)
    nodes.append(helper.make_node("Add", ["small", "down"], [PYRAMID[1]]))
    _conv(nodes, weights, PYRAMID[1], PYRAMID[2], (WIDTH, WIDTH, 3, 3), 2)
    for level, scores in zip(PYRAMID, SCORES, strict=True):
        _conv(nodes, weights, level, f"head{level}", (112, WIDTH, 1, 1), 1)
        nodes.append(helper.make_node("Split", [f"head{level}"], [scores, f"box{level}"], axis=1, split=[80, 32]))
    side = EXPORTED_SIDE
    inputs = [helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [1, 3, side, side])]
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in (*PYRAMID, *SCORES)]
    graph = helper.make_graph(nodes, "toy", inputs, outputs, weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=8), path)
    return path


def test_it_is_the_file_and_takes_other_sizes(toy: Path) -> None:
    detector = FrozenDetector(toy)
    rgb = torch.rand(1, 3, EXPORTED_SIDE, EXPORTED_SIDE)
    seen = detector(rgb)
    fed = ((rgb.flip(1) * 255 - detector.mean) / detector.deviation).numpy()
    wanted = ort.InferenceSession(str(toy), providers=["CPUExecutionProvider"]).run(None, {"input.1": fed})
    for ours, theirs in zip(seen.pyramid, wanted[:3], strict=True):
        assert np.abs(ours.numpy() - theirs).max() < 1e-4
    person = 1 / (1 + np.exp(-wanted[3][0, 0]))
    assert np.abs(seen.groups[0][0, 0].numpy() - person).max() < 1e-4
    several = detector(torch.rand(2, 3, 96, 128))
    assert [tuple(p.shape[2:]) for p in several.pyramid] == [(12, 16), (6, 8), (3, 4)]


def test_unknown_operators_are_refused(toy: Path, tmp_path: Path) -> None:
    model = onnx.load(toy)
    next(n for n in model.graph.node if n.op_type == "Add").op_type = "Mul"
    onnx.save(model, tmp_path / "odd.onnx")
    with pytest.raises(ValueError, match="Mul"):
        FrozenDetector(tmp_path / "odd.onnx")(torch.rand(1, 3, 64, 64))


def _seen(score: float) -> Seen:
    group = torch.full((1, 3, 8, 8), 0.02)
    group[0, 2, 4, 4] = score
    return Seen([torch.ones(1, WIDTH, 8, 8)], [group])


def test_terms_punish_what_is_missed_and_what_is_made_up() -> None:
    real, nothing = _seen(0.8), _seen(0.02)
    same = detector_terms(real, real)
    assert float(same["detector"]) == pytest.approx(0, abs=1e-6)
    assert float(same["invented"]) == 0
    missed, made_up = detector_terms(nothing, real), detector_terms(real, nothing)
    assert float(missed["found"]) > float(same["found"])
    assert float(missed["invented"]) == 0
    assert float(made_up["invented"]) > 0.5
    assert float(made_up["found"]) == 0
