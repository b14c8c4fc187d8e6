"""Where the runtime may cut the frame graph in two: both halves make what the whole makes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import shape_inference
from onnx.utils import Extractor

from daylit_train.export import export
from daylit_train.manifest import DRAWN, FRAME_INPUTS, TOKEN_NAMES
from daylit_train.measure.colorizer import Colorizer
from daylit_train.network.model import Model
from daylit_train.onnx_files import NoCut, check_cut, name_cut
from daylit_train.quantize import session


def test_halves_make_the_whole(tmp_path: Path) -> None:
    torch.manual_seed(5)
    export(Model(), tmp_path, "tiny", "1.0.0")
    whole = Extractor(shape_inference.infer_shapes(onnx.load(tmp_path / "frame.onnx")))
    stateless = ["frame", *TOKEN_NAMES]
    rest = [name for name in FRAME_INPUTS if name not in TOKEN_NAMES]
    onnx.save(whole.extract_model(stateless, list(DRAWN.values())), tmp_path / "draw.onnx")
    onnx.save(whole.extract_model([*rest, *DRAWN.values()], ["rgb", "maps"]), tmp_path / "finish.onnx")
    net, draw, finish = Colorizer(tmp_path), session(tmp_path / "draw.onnx"), session(tmp_path / "finish.onnx")
    rng = np.random.default_rng(0)
    feeds = net.feeds(rng.integers(0, 256, (96, 160)).astype(np.uint8), net.null, 0.5)
    feeds["past_maps"] = rng.random(feeds["past_maps"].shape, np.float32)
    feeds["reset"] = np.zeros(1, np.float32)
    drawn = dict(zip(DRAWN.values(), draw.run(list(DRAWN.values()), {n: feeds[n] for n in stateless}), strict=True))
    ours = finish.run(["rgb", "maps"], {n: feeds[n] for n in rest} | drawn)
    for mine, theirs in zip(ours, net.frame.run(["rgb", "maps"], feeds), strict=True):
        assert np.abs(mine.astype(float) - theirs).max() <= 1e-5


def test_a_graph_without_a_place_for_it_is_refused(tmp_path: Path) -> None:
    export(Model(), tmp_path, "tiny", "1.0.0")
    path = tmp_path / "frame.onnx"
    check_cut(path)
    model = onnx.load(path)
    for node in model.graph.node:
        if DRAWN["maps"] in node.output:
            node.input[0] = "past_maps"
    onnx.save(model, path)
    with pytest.raises(NoCut, match="past_maps"):
        check_cut(path)
    for node in model.graph.node:
        node.input[:] = ["past_low" if name == "past_maps" else name for name in node.input]
    onnx.save(model, path)
    with pytest.raises(NoCut, match="0 tensors"):
        name_cut(path)
