"""The int8 variant: the graph rewritten first says the same, and what is not good enough is not kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
import torch.nn.functional as F

from daylit_train import quantize
from daylit_train.__main__ import main
from daylit_train.export import export
from daylit_train.manifest import DRAWN, file_entry
from daylit_train.measure.colorizer import Colorizer
from daylit_train.network.model import Model
from daylit_train.onnx_files import check_cut
from daylit_train.quantize_graph import phase_filters, quantizable, speed_up


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learned nothing, save that each of its layers lets something through."""
    torch.manual_seed(3)
    model = Model()
    for name, parameter in model.generator.named_parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.05 if name.endswith("weight") else 0.01)
    out: Path = tmp_path_factory.mktemp("model")
    export(model, out, "tiny", "1.0.0")
    return out


def rewritten(folder: Path, scratch: Path) -> onnx.ModelProto:
    quantize.fold_constants(folder / "frame.onnx", scratch / "plain.onnx")
    return speed_up(onnx.load(scratch / "plain.onnx"))


def test_phase_filters_resize_bilinearly() -> None:
    maps = torch.randn(1, 3, 5, 7)
    cells = F.conv2d(F.pad(maps, (1, 1, 1, 1), mode="replicate"), torch.from_numpy(phase_filters()))
    full = cells.reshape(1, 4, 4, 3, 5, 7).permute(0, 3, 4, 1, 5, 2).reshape(1, 3, 20, 28)
    assert torch.allclose(full, F.interpolate(maps, scale_factor=4, mode="bilinear"), atol=1e-6)


def test_rewritten_graph_says_the_same(folder: Path, tmp_path: Path) -> None:
    model = rewritten(folder, tmp_path)
    assert "ReduceMax" not in {n.op_type for n in model.graph.node}
    assert model.graph.output[0].name == "rgb"
    onnx.save(model, tmp_path / "fast.onnx")
    net, fast = Colorizer(folder), quantize.session(tmp_path / "fast.onnx")
    rng = np.random.default_rng(0)
    for height, width in ((32, 32), (96, 160)):
        feeds = net.feeds(rng.integers(0, 256, (height, width)).astype(np.uint8), net.null, 0.5)
        feeds["past_maps"] = rng.random(feeds["past_maps"].shape, np.float32)
        feeds["reset"] = np.zeros(1, np.float32)
        rgb, maps, low = net.frame.run(["rgb", "maps", "low"], feeds)
        others = fast.run(["rgb", "maps", "low"], feeds)
        assert np.abs(rgb.astype(int) - others[0]).max() <= 1
        assert rgb.std() > 1
        assert np.abs(maps - others[1]).max() < 1e-4
        assert np.abs(low - others[2]).max() < 1e-5


def test_narrow_and_last_layers_stay_float(folder: Path, tmp_path: Path) -> None:
    names = quantizable(rewritten(folder, tmp_path))
    assert any("at16" in name and "fuse" in name for name in names)
    for part in ("stem", "head", "mix", "spatial", "channel", "decoder/at4", "quantize/"):
        assert not any(part in name for name in names), part


def words(folder: Path, data: Path) -> list[str]:
    train, check = data / "pairs" / "train" / "thermal", data / "pairs" / "val"
    return ["quantize", str(folder), "--calibration", str(train), "--check", str(check)]


def test_variant_enters_the_folder(
    folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(quantize, "AGREEMENT_DB", 15.0)  # untrained layers have no ranges worth the name
    monkeypatch.setattr(quantize, "CONTRAST_SHARE", 1.0)
    monkeypatch.setattr(quantize, "LOSS_DB", 9.0)
    monkeypatch.setattr(quantize, "MEANS_OFF", 60.0)
    monkeypatch.setattr(quantize, "STATE_GAP", 9.0)
    assert main(words(folder, data)) == 0
    assert "toy, self" in capsys.readouterr().out
    told = json.loads((folder / "model.json").read_text())
    assert told["files"]["frame-int8.onnx"] == file_entry(folder / "frame-int8.onnx")
    variant = told["graphs"]["frame"]["variants"]["int8"]
    assert variant["file"] == "frame-int8.onnx"
    assert variant["tolerance"] >= told["selfTest"]["tolerance"]
    check_cut(folder / "frame-int8.onnx")
    assert told["graphs"]["frame"]["drawn"] == DRAWN
    model = onnx.load(folder / "frame-int8.onnx")
    assert model.ir_version <= 8
    assert [o.version for o in model.opset_import] == [17]
    assert any(n.op_type == "QuantizeLinear" for n in model.graph.node)


def test_what_is_not_good_enough_is_not_kept(
    folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def state() -> dict[str, str]:
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}

    before = state()
    monkeypatch.setattr(quantize, "MEANS_OFF", 0.0)
    assert main(words(folder, data)) == 1
    assert "unchanged" in capsys.readouterr().out
    monkeypatch.setattr(quantize, "MEANS_OFF", 60.0)
    monkeypatch.setattr(quantize, "STATE_GAP", 9.0)
    monkeypatch.setattr(quantize, "AGREEMENT_DB", 98.0)
    assert main(words(folder, data)) == 1
    assert state() == before
