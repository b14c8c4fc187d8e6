"""A few generated pictures, laid out like the data: no test needs anything from outside the repository."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from daylit_train.data.images import Bytes, write_image
from daylit_train.network.things import BUILDING, PERSON, ROAD, SKY, VEGETATION, VEHICLE

_RGB = {
    SKY: (150, 190, 240),
    VEGETATION: (50, 100, 40),
    ROAD: (110, 110, 115),
    BUILDING: (170, 130, 100),
    PERSON: (60, 50, 90),
    VEHICLE: (180, 30, 30),
}
_WARM = {SKY: 20, VEGETATION: 100, ROAD: 140, BUILDING: 130, PERSON: 240, VEHICLE: 200}
_CAMVID = {SKY: 0, VEGETATION: 5, ROAD: 3, BUILDING: 1, PERSON: 9, VEHICLE: 8}


def street(seed: int, height: int = 192, width: int = 256) -> tuple[Bytes, Bytes, Bytes]:
    """-> (daylight, thermal, class map) of a toy street."""
    rng = np.random.default_rng(seed)
    things = np.full((height, width), ROAD, np.uint8)
    things[: height // 2] = SKY
    things[height // 3 : height // 2, : width // 2] = VEGETATION
    things[height // 4 : height // 2, width // 2 + int(rng.integers(8, 40)) :] = BUILDING
    x = int(rng.integers(20, width - 60))
    things[height // 2 - 10 : height // 2 + 30, x : x + 40] = VEHICLE
    things[height // 2 : height // 2 + 50, x - 16 : x - 4] = PERSON
    rgb, warm = np.zeros((256, 3)), np.zeros(256)
    for kind, colour in _RGB.items():
        rgb[kind], warm[kind] = colour, _WARM[kind]
    daylight = np.clip(rgb[things] + rng.normal(0, 6, (height, width, 3)), 0, 255).astype(np.uint8)
    thermal = np.clip(warm[things] + rng.normal(0, 4, (height, width)), 0, 255).astype(np.uint8)
    return daylight, thermal, things


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pairs/, photos/ and prepared class maps of toy streets; the class maps lie in prepared/labels."""
    root: Path = tmp_path_factory.mktemp("data")
    for split, seeds in (("train", range(4)), ("val", range(4, 6))):
        for seed in seeds:
            daylight, thermal, things = street(seed)
            name = f"toy-{seed}.png"
            write_image(root / "pairs" / split / "visible" / name, daylight)
            write_image(root / "pairs" / split / "thermal" / name, thermal)
            write_image(root / "prepared" / "labels" / name, things)
    table = np.full(256, 11, np.uint8)
    for kind, index in _CAMVID.items():
        table[kind] = index
    for seed in range(10, 13):
        daylight, _, things = street(seed)
        write_image(root / "photos" / "image" / f"photo-{seed}.png", daylight)
        write_image(root / "prepared" / "labels" / f"photo-{seed}.png", things)
        (root / "photos" / "label").mkdir(exist_ok=True)
        PIL.Image.fromarray(table[things]).save(root / "photos" / "label" / f"photo-{seed}.png")
    names = ["sky", "building", "pole", "road", "pavement", "tree", "sign_symbol", "fence", "car", "pedestrian"]
    labels = {str(i): name for i, name in enumerate([*names, "bicyclist", "unlabelled"])}
    (root / "photos" / "classes.json").write_text(json.dumps({"labels": labels}))
    return root


@pytest.fixture(scope="session")
def tiny_recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small crops, small batches, every loss."""
    path: Path = tmp_path_factory.mktemp("recipe") / "tiny.toml"
    path.write_text(
        'name = "tiny"\nminutes = 60\nbatch = 3\nsize = 96\nlr = 2e-3\nwarmup = 5\nworkers = 0\ncritic_from = 0.0\n'
        "[losses]\ncolour = 1.5\nstatistics = 0.6\npalette = 1.0\npolarity = 2.0\nstructure = 0.35\ncalm = 1.0\n"
        "detail = 0.5\ncontrast = 0.4\nthings = 0.25\nmatch = 0.5\nsteadiness = 0.5\nadversarial = 0.05\n"
    )
    return path
