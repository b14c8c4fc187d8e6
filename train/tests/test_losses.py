"""Each loss is least where it should be."""

from __future__ import annotations

import torch

from daylit_train.losses.colour import class_masks, colour_loss, palette_loss, polarity_loss
from daylit_train.losses.contrast import contrast_loss
from daylit_train.losses.correspondence import correspondence_loss, share_on_target
from daylit_train.losses.structure import calm_loss, edge_loss, even_loss, kept_loss, structure_loss
from daylit_train.losses.temporal import steadiness_loss
from daylit_train.network.things import SKY, VEGETATION

ONE = torch.ones(1)


def scene() -> tuple[torch.Tensor, torch.Tensor]:
    """Light sky over dark plants, and the class map."""
    things = torch.full((1, 64, 64), VEGETATION, dtype=torch.uint8)
    things[:, :32] = SKY
    picture = torch.full((1, 3, 64, 64), 0.2)
    picture[:, :, :32] = 0.8
    return picture, things


def test_polarity_tells_off_the_negative() -> None:
    picture, things = scene()
    masks = class_masks(things)
    right = polarity_loss(picture, masks, picture, ONE)
    wrong = polarity_loss(1 - picture, masks, picture, ONE)
    assert right < 1e-4
    assert wrong > 0.3


def test_palette_prefers_the_palette() -> None:
    picture, things = scene()
    masks = class_masks(things)
    palette, area = torch.zeros(1, 6, 3), torch.zeros(1, 6)
    palette[0, SKY], palette[0, VEGETATION], area[0, :2] = 0.8, 0.2, 0.5
    assert palette_loss(picture, masks, palette, area) < 0.1 < palette_loss(1 - picture, masks, palette, area)


def test_calm_looks_at_the_sky_only() -> None:
    picture, things = scene()
    masks = class_masks(things)
    torch.manual_seed(0)
    noise = 0.1 * torch.randn(1, 1, 64, 64)
    luma = picture[:, :1]
    in_sky, on_ground = noise.clone(), noise.clone()
    in_sky[:, :, 30:], on_ground[:, :, :36] = 0, 0
    assert calm_loss(luma + in_sky, luma, masks, ONE) > 0.1
    assert calm_loss(luma + on_ground, luma, masks, ONE) == 0


def test_contrast_tells_off_haze() -> None:
    torch.manual_seed(0)
    sharp = torch.rand(1, 1, 64, 64)
    haze = 0.5 + 0.4 * (sharp - 0.5)
    assert contrast_loss(sharp, sharp, ONE) < 1e-5
    assert contrast_loss(haze, sharp, ONE) > 1


def test_structure_is_signless_against_thermal() -> None:
    torch.manual_seed(0)
    thermal = torch.rand(1, 1, 64, 64)
    things = torch.full((1, 64, 64), VEGETATION, dtype=torch.uint8)
    flat = torch.full_like(thermal, 0.5)
    zero = torch.zeros(1)
    same = structure_loss(thermal, thermal, flat, things, zero)
    turned = structure_loss(1 - thermal, thermal, flat, things, zero)
    assert torch.isclose(same, turned, atol=1e-3)
    assert same < 0.5 < structure_loss(flat, thermal, flat, things, zero)


def test_correspondence_rewards_right_tokens() -> None:
    target = torch.eye(9).unsqueeze(0)
    assert correspondence_loss(8 * target, target) < correspondence_loss(0 * target, target)
    assert share_on_target(20 * target, target) > 0.99


def test_colour_is_zero_only_at_the_target() -> None:
    picture, _ = scene()
    assert colour_loss(picture, picture, ONE) < colour_loss(picture * 0.9, picture, ONE)


def test_steadiness_follows_the_shift() -> None:
    torch.manual_seed(0)
    maps = torch.rand(1, 6, 16, 16)
    moved = torch.roll(maps, (2, -1), (2, 3))
    assert steadiness_loss(maps, moved, dx=-1, dy=2, count=6) == 0
    assert steadiness_loss(maps, moved, dx=0, dy=0, count=6) > 0.1


def test_kept_is_signless_and_asks_for_no_contrast() -> None:
    torch.manual_seed(0)
    thermal, things = torch.rand(1, 1, 64, 64), torch.full((1, 64, 64), VEGETATION, dtype=torch.uint8)
    assert kept_loss(0.5 - 0.2 * thermal, thermal, things) < 0.01
    assert kept_loss(torch.rand(1, 1, 64, 64), thermal, things) > 0.7
    assert kept_loss(torch.rand(1, 1, 64, 64), torch.full_like(thermal, 0.5), things) == 0


def test_edges_that_fade_cost_and_edges_that_grow_do_not() -> None:
    thermal = torch.zeros(1, 1, 64, 64)
    thermal[..., 32:] = 0.8
    assert edge_loss(thermal, thermal, thermal, ONE) == 0
    assert edge_loss(1 - thermal, thermal, thermal, ONE) == 0
    assert edge_loss(0.2 * thermal, thermal, thermal, ONE) > 0.05


def test_patches_on_one_lawn_cost_unless_the_target_has_them() -> None:
    lawn = torch.full((1, 1, 128, 128), 0.4)
    plain, patched = torch.zeros(1, 3, 128, 128), torch.zeros(1, 3, 128, 128)
    patched[:, 1, :, 64:] = 0.3
    assert even_loss(plain, plain, lawn, ONE) == 0
    assert even_loss(patched, plain, lawn, ONE) > 0.02
    assert even_loss(patched, patched, lawn, ONE) == 0
    assert even_loss(patched, patched, lawn, 0 * ONE) > 0.02
    border = lawn.clone()
    border[..., 64:] = 0.9
    assert even_loss(patched, plain, border, ONE) < 0.01
