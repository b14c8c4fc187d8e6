"""Measures on pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from daylit_train.data.pictures import Pair
from daylit_train.measure import picture
from daylit_train.measure.baselines import histogram, inverted, raw, reinhard
from daylit_train.measure.clips import Clip, cdc
from daylit_train.measure.detector import Box, matches, overlap
from daylit_train.measure.kid import kid
from daylit_train.measure.lab import mean_lab, turn_hue
from daylit_train.measure.normalise import padded, spread
from daylit_train.measure.polarity import polarity
from daylit_train.measure.protocols import choose_references

from .conftest import street


def test_equal_pictures() -> None:
    daylight, thermal, _ = street(0)
    assert picture.psnr(daylight, daylight) > 100
    assert picture.ssim(daylight, daylight) == pytest.approx(1)
    assert picture.ab_error(daylight, daylight) == 0
    assert picture.contrast(daylight, daylight) == pytest.approx(1)
    assert picture.structure(raw(thermal, daylight), thermal) == pytest.approx(1, abs=0.01)
    assert picture.apce(raw(thermal, daylight), thermal) == pytest.approx(1)


def test_psnr_of_a_known_error() -> None:
    a = np.full((8, 8, 3), 100, np.uint8)
    assert picture.psnr(a, np.full_like(a, 110)) == pytest.approx(10 * np.log10(255**2 / 100), abs=1e-4)


def test_structure_ignores_sign_and_contrast_does_not_ignore_haze() -> None:
    daylight, thermal, _ = street(1)
    assert picture.structure(inverted(thermal, daylight), thermal) > 0.98
    haze = (daylight * 0.5 + 64).astype(np.uint8)
    assert picture.contrast(haze, daylight) == pytest.approx(0.5, abs=0.02)


def test_grey_has_no_colour() -> None:
    _, thermal, _ = street(2)
    assert picture.colourfulness(raw(thermal, raw(thermal, thermal))) == 0


def test_baselines_take_the_references_tone() -> None:
    daylight, thermal, _ = street(3)
    for method in (reinhard, histogram):
        assert np.abs(mean_lab(method(thermal, daylight)) - mean_lab(daylight)).max() < 8


def test_turning_hue_fully_round_changes_little() -> None:
    daylight, _, _ = street(4)
    assert np.abs(turn_hue(daylight, 360).astype(int) - daylight).max() <= 3


def test_sparse_pictures_are_spread() -> None:
    _, thermal, _ = street(5)
    sparse = (thermal // 5).astype(np.uint8)
    assert np.array_equal(spread(np.full((64, 64), 200, np.uint8)), np.full((64, 64), 200, np.uint8))
    assert spread(sparse).max() == 255
    odd = padded(thermal[:150, :200])
    assert odd.shape == (160, 224)
    assert np.array_equal(odd[:, 200:], np.repeat(odd[:, 199:200], 24, 1))


def test_still_clip_is_steady() -> None:
    _, thermal, _ = street(6)
    grey = np.repeat(thermal[:, :, None], 3, 2)
    assert cdc([grey] * 6) == 0
    found = Clip([thermal] * 4).steadiness([grey] * 4)
    assert found["flicker"] == 0
    assert found["warp"] < 0.02


def test_kid_tells_sets_apart() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(0, 1, (40, 16)), rng.normal(0, 1, (40, 16))
    assert kid(a, b) < kid(a, b + 2)


def test_boxes_match_once() -> None:
    truth = [Box(0, 1.0, 0, 0, 10, 10), Box(2, 1.0, 20, 0, 30, 10)]
    found = [Box(0, 0.9, 1, 0, 10, 10), Box(0, 0.8, 0, 0, 10, 10), Box(0, 0.7, 20, 0, 30, 10)]
    assert overlap(truth[0], truth[1]) == 0
    assert matches(truth, found) == [0, -1, -1]


def test_references_are_chosen_without_chance() -> None:
    picture_of = {name: np.full((4, 4, 3), i, np.uint8) for i, name in enumerate(["a-1", "a-2", "a-3", "b-1", "b-2"])}
    blocks = {"a-1": "p", "a-2": "p", "a-3": "q", "b-1": "r", "b-2": "r"}
    grey = np.zeros((4, 4), np.uint8)
    pairs = [Pair(name, blocks[name], grey, picture_of[name], grey) for name in picture_of]
    chosen = choose_references(pairs[::-1])
    assert chosen["a-1"]["scene"] is picture_of["a-2"]
    assert chosen["a-2"]["scene"] is picture_of["a-1"]
    assert chosen["a-3"]["scene"] is None
    assert chosen["a-3"]["cross"] is picture_of["b-1"]
    assert chosen["b-2"]["cross"] is picture_of["a-2"]
    assert choose_references(pairs[3:])["b-1"]["cross"] is None


def test_polarity_can_be_failed() -> None:
    views = [(thermal, daylight, things) for daylight, thermal, things in (street(seed) for seed in range(6))]
    right = polarity(lambda _thermal, real: real, views)
    heat = polarity(raw, views)
    assert right["whole"] == right["order"] == right["people_not_brightest"] == 1
    assert heat["whole"] == heat["sky_above_plants"] == heat["people_not_brightest"] == 0

    def with_blotches(_thermal: np.ndarray, real: np.ndarray) -> np.ndarray:
        out = real.copy()
        out[:20, :40] = 30
        return out

    assert polarity(with_blotches, views)["whole"] == 0
