"""Twenty steps on toy streets: a run goes on where it stopped, and what is exported is what was trained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from daylit_train.__main__ import main
from daylit_train.data.images import write_image
from daylit_train.export import AGREEMENT
from daylit_train.manifest import file_entry
from daylit_train.measure.colorizer import Colorizer
from daylit_train.network.model import Model
from daylit_train.recipe import read_recipe
from daylit_train.self_test import block_means, self_test_input
from daylit_train.training.checkpoint import read_weights
from daylit_train.training.clock import Clock, cosine

from .conftest import street


@pytest.fixture(scope="module")
def trained(data: Path, tiny_recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("run")
    words = ["train", "--recipe", str(tiny_recipe), "--data", str(data), "--prepared", str(data / "prepared")]
    words += ["--out", str(out), "--device", "cpu", "--without-backbone"]
    assert main([*words, "--steps", "12"]) == 0
    assert main([*words, "--steps", "20"]) == 0
    return out


def test_run_goes_on_and_moves_the_weights(trained: Path) -> None:
    held = torch.load(trained / "last.pt", weights_only=True)
    assert held["step"] == 20
    assert held["spent"] > 0
    torch.manual_seed(0)
    fresh = Model().state_dict()
    moved = [k for k, v in held["model"].items() if v.is_floating_point() and not torch.equal(v, fresh[k])]
    assert len(moved) > 0.9 * sum(v.is_floating_point() for v in fresh.values())
    assert all(torch.isfinite(v).all() for v in held["ema"].values())
    assert (trained / "probe-000020.jpg").stat().st_size > 1000


def test_export_keeps_the_contract(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tiny"
    assert main(["export", "--weights", str(trained / "last.pt"), "--out", str(folder), "--name", "tiny"]) == 0
    text = json.loads((folder / "model.json").read_text())
    assert text["format"] == 1
    for file, entry in text["files"].items():
        assert file_entry(folder / file) == entry
    tensors = text["nullTokens"]["tensors"]
    last = tensors["stats"]
    assert (folder / "null-tokens.bin").stat().st_size == last["offset"] + 4 * int(np.prod(last["shape"]))
    colorizer = Colorizer(folder)
    frame, photo, digest = self_test_input(1, 160, 128, 192, 192)
    assert digest == text["selfTest"]["inputSha256"]
    means = block_means(colorizer.still(frame, [photo]), 4, 4)
    assert np.abs(np.array(means) - text["selfTest"]["withReference"]).max() < 0.01
    model = Model().eval()
    model.adopt(read_weights(trained / "last.pt"))
    null = model.generator.null_tokens().keys[0].detach().numpy()
    assert np.abs(colorizer.null["keys"][0] - null).max() < AGREEMENT


def test_evaluate_reports_models_and_baselines(trained: Path, data: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "tiny", tmp_path / "report"
    main(["export", "--weights", str(trained / "last.pt"), "--out", str(folder), "--name", "tiny"])
    words = ["evaluate", "--data", str(data), "--prepared", str(data / "prepared"), "--out", str(out), "--quick"]
    assert main([*words, "--model", str(folder)]) == 0
    report = json.loads((out / "report.json").read_text())
    rows = report["sites"]["toy"]["protocols"]["self"]
    assert set(rows) == {"tiny", "raw thermal", "ironbow", "Reinhard", "histogram match"}
    assert rows["raw thermal"]["structure"] == pytest.approx(1, abs=0.02)
    assert "| tiny, self |" in (out / "report.md").read_text()
    assert (out / "sheet-tiny-toy-0.jpg").exists()
    assert main(["compare", str(out), "--out", str(tmp_path / "both.md")]) == 0
    assert "tiny (report)" in (tmp_path / "both.md").read_text()


def test_prepare_refuses_other_pictures(data: Path, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="differs from splits"):
        main(["prepare", "--data", str(data), "--out", str(tmp_path)])


def test_prepare_labels_own_pictures(data: Path, tmp_path: Path) -> None:
    words = ["prepare", "--data", str(data), "--out", str(tmp_path), "--own-splits", "--steps", "4"]
    assert main(words) == 0
    assert len(list((tmp_path / "labels").glob("*.png"))) == 4 + 2 + 3
    assert main([*words, "--segmenter", str(tmp_path / "segmenter.pt")]) == 0


def test_rendered_pairs_alone_are_enough(data: Path, tiny_recipe: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(data / "photos", own / "photos")
    words = ["train", "--recipe", str(tiny_recipe), "--data", str(own), "--prepared", str(data / "prepared")]
    words += ["--rendered", str(data / "pairs" / "train"), "--out", str(tmp_path / "run"), "--steps", "1"]
    assert main([*words, "--device", "cpu", "--without-backbone"]) == 0


def test_recipe_refuses_unknown_keys(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text('name = "odd"\nminutes = 1\nspeed = 3\n')
    with pytest.raises(ValueError, match="speed"):
        read_recipe(path)


def test_shipped_recipes_are_readable() -> None:
    recipes = sorted((Path(__file__).parents[1] / "recipes").glob("*.toml"))
    assert recipes
    assert all(read_recipe(path).losses for path in recipes)


def test_pauses_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("daylit_train.training.clock.time.monotonic", lambda: now[0])
    clock = Clock(cap=2.0)
    now[0] = 1.0
    clock.tick()
    now[0] = 500.0
    clock.tick()
    assert clock.spent == 3.0
    assert cosine(0) == 1
    assert cosine(1) == pytest.approx(0.02)


def test_toy_streets_are_pictures(tmp_path: Path) -> None:
    daylight, thermal, _ = street(0)
    write_image(tmp_path / "a.jpg", daylight)
    assert thermal.std() > 20
