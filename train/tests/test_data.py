"""Samples say what they claim: crops align, matches point at right tokens, cameras do not touch polarity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daylit_train.data.alignment import beside, nearest, with_changes
from daylit_train.data.colour_jitter import lean, random_look
from daylit_train.data.crops import random_crop, warp
from daylit_train.data.from_above import from_above
from daylit_train.data.labels import VOID, lookup, read_label
from daylit_train.data.madeup import warmth_view
from daylit_train.data.matching import class_match, palette, place_match
from daylit_train.data.pictures import load_pairs, load_photos
from daylit_train.data.sampler import LONE, NONE, Mix, Sampler
from daylit_train.data.splits import hash_of, names_of
from daylit_train.data.thermal_augment import augment, empty_range, gain_control
from daylit_train.network.things import BUILDING, PERSON, ROAD, SKY, THINGS, VEGETATION

from .conftest import street


def test_place_match_finds_the_same_place() -> None:
    rng = np.random.default_rng(0)
    picture = np.zeros((192, 256), np.uint8)
    picture[60:140, 80:180] = 255
    for _ in range(10):
        to_crop, to_ref = (random_crop(picture.shape, size, (0.9, 1.0), rng) for size in (160, 192))
        match = place_match(to_crop, to_ref, 160)
        crop, ref = warp(picture, to_crop, 160), warp(picture, to_ref, 192)
        bright = (crop[8::16, 8::16] > 250).ravel() & match.any(1)
        tokens = ref.reshape(12, 16, 12, 16).mean((1, 3)).ravel() / 255
        assert (match @ tokens)[bright].mean() > 0.8
        assert (match @ tokens)[(crop[8::16, 8::16] == 0).ravel()].mean() < 0.2


def test_class_match_spreads_over_the_class() -> None:
    crop = np.zeros((32, 32), np.uint8)
    crop[16:] = 1
    crop[:, 16:] = VOID
    match = class_match(crop, np.array([0, 0, 1, VOID], np.uint8))
    assert np.allclose(match, [[0.5, 0.5, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]])


@pytest.mark.parametrize("seed", range(20))
def test_a_photo_from_where_the_camera_stands_shows_cells_near_their_own_places(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 96
    to_crop = random_crop((200, 300), size, (0.5, 1.0), rng)
    to_ref = beside(to_crop, size, rng)
    match = place_match(to_crop, to_ref, size)
    n = size // 16
    rows, columns = np.divmod(match.argmax(1), 12)
    own_rows, own_columns = np.divmod(np.arange(n * n), n)
    told = match.sum(1) > 0
    assert told.mean() > 0.7
    assert np.abs((rows + 0.5) / 12 - (own_rows + 0.5) / n)[told].max() < 0.17
    assert np.abs((columns + 0.5) / 12 - (own_columns + 0.5) / n)[told].max() < 0.17


def test_what_came_since_the_photo_is_nowhere_to_be_looked_up() -> None:
    rng = np.random.default_rng(3)
    photo = rng.random((192, 192, 3)).astype(np.float32)
    match = np.eye(144, dtype=np.float32)
    otherwise = np.full((144, 144), 1 / 144, np.float32)
    changed, left = with_changes(photo, match, otherwise, rng)
    covered = (changed != photo).any(2)[8::16, 8::16].ravel()
    assert 0 < covered.sum() < 72
    assert not left[:, covered].any()
    assert np.allclose(left[~covered], match[~covered])
    assert np.allclose(left[covered][:, ~covered], 1 / (~covered).sum())


def test_near_tokens_of_a_class_count_more() -> None:
    same = np.diag([2.0, 2.0, 1.0])
    near = nearest(np.full((36, 144), 1 / 144, np.float32), np.eye(3), same, 96)
    assert near.sum(1) == pytest.approx(1)
    assert near[0].argmax() in (0, 1, 12, 13)
    assert near[35].argmax() in (130, 131, 142, 143)
    assert nearest(np.zeros((36, 144), np.float32), np.eye(3), same, 96).sum() == 0


def test_palette_is_the_mean_of_each_class() -> None:
    image = np.zeros((4, 4, 3), np.float32)
    image[:2] = (1.0, 0.5, 0.0)
    things = np.zeros((4, 4), np.uint8)
    things[2:] = VOID
    mean, area = palette(image, things, len(THINGS))
    assert np.allclose(mean[0], (1.0, 0.5, 0.0))
    assert area[0] == pytest.approx(0.5)
    assert not area[1:].any()


@pytest.mark.parametrize("seed", range(12))
def test_made_up_people_are_warm_and_skies_cold(seed: int) -> None:
    daylight, _, things = street(seed)
    view = warmth_view(daylight, things, np.random.default_rng(seed))
    assert view.shape == things.shape
    means = [view[things == k].mean() for k in range(len(THINGS))]
    assert means[SKY] < min(means[VEGETATION], means[ROAD], means[BUILDING])
    assert means[PERSON] > means[VEGETATION]


@pytest.mark.parametrize("seed", range(20))
def test_cameras_keep_white_hot(seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, thermal, things = street(seed)
    seen, clean = augment(thermal, rng)
    for x in (seen, clean):
        assert x.dtype == np.float32
        assert 0 <= x.min() <= x.max() <= 1
        assert x[things == SKY].mean() <= x[things == PERSON].mean()


def test_empty_range_is_mostly_empty() -> None:
    x = np.random.default_rng(0).random((64, 64), np.float32)
    assert np.percentile(empty_range(x, np.random.default_rng(1)), 70) <= 0.5


def test_gain_control_is_deterministic() -> None:
    x = np.random.default_rng(0).random((64, 64), np.float32)
    one, two = (gain_control(x, np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one, two)


def test_looks_stay_in_range_and_lean_paints_skies_blue() -> None:
    rng = np.random.default_rng(0)
    daylight, _, things = street(0)
    for strong in (False, True):
        out = random_look(daylight, strong, rng)(daylight)
        assert 0 <= out.min() <= out.max() <= 1
    grey = np.full((*things.shape, 3), 0.6, np.float32)
    sky = lean(grey, things, 1.0)[things == SKY].mean(0)
    assert sky[2] > sky[0]


def test_sampler_draws_every_kind(data: Path) -> None:
    labels = data / "prepared" / "labels"
    sampler = Sampler(load_pairs(data / "pairs" / "train", labels), load_photos(data / "photos", labels), [], 96, Mix())
    rng = np.random.default_rng(0)
    kinds = set()
    for _ in range(60):
        item = sampler.draw(rng)
        kinds.add(int(item["kind"]))
        assert item["thermal"].shape == (1, 96, 96)
        assert item["match"].shape == (36, 144)
        for name in ("thermal", "clean", "target", "reference"):
            assert item[name].dtype == np.float32
            assert np.isfinite(item[name]).all()
    assert {0, 2, NONE} <= kinds
    assert kinds <= {0, 1, 2, NONE, LONE}


def test_labels_map_to_things(data: Path) -> None:
    table = lookup(data / "photos" / "classes.json")
    _, _, things = street(10)
    assert np.array_equal(read_label(data / "photos" / "label" / "photo-10.png", table), things)


def test_splits_do_not_overlap() -> None:
    train, val = names_of("pairs-train"), names_of("pairs-val")
    assert not set(train) & set(val)
    assert hash_of(val) == hash_of(val[::-1])
    assert hash_of(val) != hash_of(val[1:])


def test_views_from_above_have_no_sky_and_no_fixed_order_of_warmth() -> None:
    ground = np.full((96, 128, 3), (70, 130, 50), np.uint8)
    ground[:, 48:80] = 128
    plants_warmer = []
    for seed in range(8):
        image, things, thermal = from_above(ground, np.random.default_rng(seed))
        assert image.shape == ground.shape
        assert things.shape == thermal.shape == ground.shape[:2]
        assert not (things == SKY).any()
        plants_warmer.append(bool(thermal[things == VEGETATION].mean() > thermal[things == ROAD].mean()))
    assert any(plants_warmer)
    assert not all(plants_warmer)
