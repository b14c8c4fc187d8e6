"""The network's promises: shapes, warm starts, and modules that add nothing until they have learned."""

from __future__ import annotations

import pytest
import torch

from daylit_train.network.compose import compose
from daylit_train.network.isga import ISGA
from daylit_train.network.model import Model
from daylit_train.network.places import PLACE, places
from daylit_train.network.temporal import temporal_blend
from daylit_train.network.tokens import DIM, KEY, REFERENCE_SIZE, REFERENCE_TOKENS, Tokens


@pytest.fixture(scope="module")
def model() -> Model:
    torch.manual_seed(0)
    return Model().eval()


@torch.no_grad()
def test_shapes(model: Model) -> None:
    tokens = model.references(torch.rand(2, 3, REFERENCE_SIZE, REFERENCE_SIZE))
    assert tokens.keys.shape == (2, REFERENCE_TOKENS, KEY)
    assert tokens.stats.shape == (2, 1, 24)
    assert torch.allclose(tokens.keys[..., :DIM].norm(dim=2), torch.ones(2, REFERENCE_TOKENS), atol=1e-5)
    drawn = model.generator.draw(torch.rand(2, 1, 64, 96), tokens)
    assert drawn.maps.shape == (2, 6, 16, 24)
    assert drawn.things.shape == (2, 6, 8, 12)
    assert drawn.logits.shape == (2, 4 * 6, REFERENCE_TOKENS)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (2, 7), (12, 12), (16, 20)])
def test_places_are_most_like_themselves(height: int, width: int) -> None:
    of = places(torch.zeros(1, 3, height, width))
    assert of.shape == (height * width, PLACE)
    assert torch.equal((of @ of.T).argmax(1), torch.arange(height * width))


def test_a_cell_of_a_picture_lies_where_the_same_part_of_a_photo_does() -> None:
    near = places(torch.zeros(1, 1, 16, 20)) @ places(torch.zeros(1, 1, 12, 12)).T
    assert near[0].argmax() == 0
    assert near[19].argmax() == 11
    assert near[-1].argmax() == 143


@torch.no_grad()
def test_places_are_trusted_where_what_looks_alike_lies_at_the_same_place() -> None:
    torch.manual_seed(0)
    align = ISGA(16)
    looks = torch.nn.functional.normalize(torch.randn(1, 144, DIM), dim=2)
    lie = places(torch.zeros(1, 1, 12, 12))[None]
    elsewhere = lie[:, torch.randperm(144)]
    aligned, strange = (align.alignment(30 * looks, lie, torch.cat([looks, other], 2)) for other in (lie, elsewhere))
    assert aligned.item() > 4 * strange.item()


@torch.no_grad()
def test_without_places_only_looks_count() -> None:
    torch.manual_seed(0)
    align, x = ISGA(16, placed=False).eval(), torch.randn(1, 16, 4, 4)
    keys = torch.randn(1, 9, KEY)
    moved = torch.cat([keys[..., :DIM], torch.randn(1, 9, PLACE)], 2)
    seen = [
        align(x, Tokens(k, torch.ones(1, 9, DIM), torch.ones(1, 9, 3), torch.ones(1, 1, 24)))[2] for k in (keys, moved)
    ]
    assert torch.equal(*seen)


@torch.no_grad()
def test_gain_carries_thermal_detail() -> None:
    thermal = torch.rand(1, 1, 32, 32)
    low = torch.nn.functional.avg_pool2d(thermal, 4)
    maps = torch.zeros(1, 6, 8, 8)
    maps[:, 0], maps[:, 3] = low[:, 0], 1.0
    rgb = compose(maps, thermal, low)
    assert torch.allclose(rgb, thermal.expand(-1, 3, -1, -1), atol=1e-5)


@torch.no_grad()
def test_class_head_changes_nothing_before_training(model: Model) -> None:
    thermal, tokens = torch.rand(1, 1, 64, 64), model.generator.null_tokens()
    before = model.generator(thermal, tokens)
    other = Model().eval()
    other.load_state_dict(model.state_dict())
    torch.nn.init.normal_(other.generator.things.classify.weight)
    assert torch.equal(before, other.generator(thermal, tokens))


def test_adopt_fills_older_heads_with_zeros(model: Model) -> None:
    state = {k: v.clone() for k, v in model.state_dict().items() if "things" not in k}
    state["generator.decoder.head.weight"] = state["generator.decoder.head.weight"][:7]
    state["generator.decoder.head.bias"] = state["generator.decoder.head.bias"][:7]
    fresh = Model()
    missing = fresh.adopt(state)
    assert missing
    assert all("things" in name for name in missing)
    assert not fresh.generator.decoder.head.weight[7].any()


def test_adopt_refuses_strangers(model: Model) -> None:
    with pytest.raises(ValueError, match="unknown tensors"):
        Model().adopt({"generator.nonsense": torch.zeros(1)})
    with pytest.raises(ValueError, match="does not fit"):
        Model().adopt({"generator.null_keys": torch.zeros(3, 3)})


def test_blend_keeps_what_stands_still_and_drops_what_moved() -> None:
    maps, past = torch.ones(1, 6, 12, 12), torch.zeros(1, 6, 12, 12)
    low = torch.full((1, 1, 12, 12), 0.5)
    one, zero = torch.ones(1), torch.zeros(1)
    assert torch.allclose(temporal_blend(maps, low, past, low, 0.8 * one, zero), torch.full_like(maps, 0.2))
    assert torch.equal(temporal_blend(maps, low, past, low, 0.8 * one, one), maps)
    assert torch.allclose(temporal_blend(maps, low, past, low - 0.2, 0.8 * one, zero), maps, atol=1e-4)
