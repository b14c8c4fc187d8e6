"""Parts can be taken out, one at a time, and what is left still trains and is counted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from daylit_train.__main__ import main
from daylit_train.ablate import variants
from daylit_train.macs import macs_of
from daylit_train.network.build import Build
from daylit_train.network.model import Model
from daylit_train.recipe import read_recipe

RECIPES = Path(__file__).parents[1] / "recipes"


@pytest.mark.parametrize(("name", "most"), [("live", 1200), ("quality", 8000), ("open", 1200)])
def test_recipes_keep_their_budget(name: str, most: float) -> None:
    million = macs_of(Model(read_recipe(RECIPES / f"{name}.toml").network))
    assert 500 < million <= most


def test_every_variant_differs_from_the_whole() -> None:
    whole = read_recipe(RECIPES / "live.toml")
    others = variants(whole)
    assert others.pop("whole") == whole
    assert len(others) == 11
    for name, recipe in others.items():
        assert recipe != whole, name


@torch.no_grad()
def test_parts_that_are_out_do_nothing() -> None:
    thermal = torch.rand(1, 1, 64, 64)
    blind = Model(Build(things=False)).eval()
    for layer in (blind.generator.decoder.things16, blind.generator.decoder.things8):
        torch.nn.init.normal_(layer.weight)
    before = blind.generator(thermal, blind.generator.null_tokens())
    torch.nn.init.normal_(blind.generator.things.classify.weight)
    assert torch.equal(before, blind.generator(thermal, blind.generator.null_tokens()))
    uniform = Model(Build(attention="none")).eval()
    drawn = uniform.generator.draw(thermal, uniform.generator.null_tokens())
    torch.nn.init.normal_(uniform.generator.align.query[1].weight)  # type: ignore[arg-type]
    assert torch.equal(drawn.maps, uniform.generator.draw(thermal, uniform.generator.null_tokens()).maps)
    bare = Model(Build(branches=False, gates=False))
    assert macs_of(bare) < macs_of(Model())


def test_plain_attention_lets_the_picture_teach_the_queries() -> None:
    thermal = torch.rand(1, 1, 64, 64)
    for mode, taught in (("plain", True), ("stop", False)):
        torch.manual_seed(0)
        model = Model(Build(attention=mode))
        model.generator.draw(thermal, model.generator.null_tokens(), stop=True).maps.sum().backward()
        assert (model.generator.align.log_scale.grad is not None) == taught
    with pytest.raises(ValueError, match="attention"):
        Build(attention="most")


def test_ablate_writes_a_table(data: Path, tiny_recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "ablation"
    words = ["ablate", "--recipe", str(tiny_recipe), "--data", str(data), "--prepared", str(data / "prepared")]
    words += ["--out", str(out), "--steps", "2", "--seeds", "2", "--only", "without CSFEM", "--pictures", "1"]
    assert main([*words, "--device", "cpu", "--without-backbone"]) == 0
    found = json.loads((out / "ablation.json").read_text())
    assert set(found) == {"whole", "without CSFEM"}
    assert all(len(runs) == 2 for runs in found.values())
    text = (out / "ablation.md").read_text()
    assert "| without CSFEM |" in text
    assert "±" in text


def test_a_wide_network_is_exported_as_it_was_trained(data: Path, tiny_recipe: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "wide.toml"
    recipe.write_text(tiny_recipe.read_text() + "[network]\nwidth = 1.5\n")
    assert read_recipe(recipe).network == replace(Build(), width=1.5)
    words = ["train", "--recipe", str(recipe), "--data", str(data), "--prepared", str(data / "prepared")]
    assert main([*words, "--out", str(tmp_path), "--steps", "1", "--device", "cpu", "--without-backbone"]) == 0
    assert main(["export", "--weights", str(tmp_path / "last.pt"), "--out", str(tmp_path / "wide")]) == 0
    shape = json.loads((tmp_path / "wide" / "model.json").read_text())
    assert shape["parameters"] > sum(p.numel() for p in Model().parameters())
