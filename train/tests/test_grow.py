"""A grown network draws what the narrow one does, and its copies do not stay copies."""

from __future__ import annotations

import pytest
import torch

from daylit_train.grow import grown
from daylit_train.network.build import Build
from daylit_train.network.model import Model


def trained() -> Model:
    """A network whose every weight and statistic counts."""
    torch.manual_seed(1)
    model = Model()
    for name, value in model.state_dict().items():
        if value.is_floating_point() and value.dim() > 0:
            noise = torch.rand_like(value) if "running_var" in name else torch.randn_like(value)
            value.add_(noise, alpha=0.05)
    return model.eval()


@torch.no_grad()
def test_it_draws_the_same() -> None:
    narrow = trained()
    wide = grown(narrow, Model(Build(width=3.0))).eval()
    thermal, photo = torch.rand(1, 1, 64, 96), torch.rand(1, 3, 192, 192)
    for own, other in zip(narrow.references(photo), wide.references(photo), strict=True):
        assert torch.allclose(own, other, atol=1e-4)
    before = narrow.generator(thermal, narrow.references(photo))
    assert torch.allclose(before, wide.generator(thermal, wide.references(photo)), atol=1e-3)
    assert before.std() > 0.05


def test_copies_part_at_the_first_step() -> None:
    wide = grown(trained(), Model(Build(width=2.0))).train()
    drawn = wide.generator(torch.rand(2, 1, 64, 64), wide.references(torch.rand(2, 3, 192, 192)))
    (drawn**2).mean().backward()  # type: ignore[no-untyped-call]
    weight = wide.generator.infrared.to8[0].weight
    assert isinstance(weight, torch.nn.Parameter)
    assert weight.grad is not None
    first, second = weight.grad.chunk(2)
    assert (first - second).norm() > 0.01 * first.norm()


def test_a_broken_multiple_is_refused() -> None:
    with pytest.raises(ValueError, match="times as wide"):
        grown(Model(), Model(Build(width=2.5)))
