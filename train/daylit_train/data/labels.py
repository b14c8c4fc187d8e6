"""Class maps: which kind of thing each pixel of a daylight picture shows."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import PIL.Image

from ..network.things import BUILDING, PERSON, ROAD, SKY, THINGS, VEGETATION, VEHICLE
from .images import Bytes, read_grey

VOID = 255
"""Unknown: no loss looks there."""

_THING_OF_NAME = {
    "sky": SKY,
    "building": BUILDING,
    "pole": BUILDING,
    "sign_symbol": BUILDING,
    "fence": BUILDING,
    "road": ROAD,
    "pavement": ROAD,
    "tree": VEGETATION,
    "car": VEHICLE,
    "pedestrian": PERSON,
    "bicyclist": PERSON,
}


def lookup(classes: Path) -> Bytes:
    """classes.json of the photos -> table [256] from its indices to THINGS; names we do not know become VOID."""
    names: dict[str, str] = json.loads(classes.read_text())["labels"]
    table = np.full(256, VOID, np.uint8)
    for index, name in names.items():
        table[int(index)] = _THING_OF_NAME.get(name, VOID)
    return table


def read_label(path: Path, table: Bytes) -> Bytes:
    """An indexed PNG -> uint8 [H,W] of THINGS and VOID."""
    return table[np.asarray(PIL.Image.open(path), np.uint8)]


def read_things(path: Path, shape: tuple[int, ...]) -> Bytes:
    """A prepared class map, or all VOID where none was prepared."""
    return read_grey(path) if path.exists() else np.full(shape[:2], VOID, np.uint8)


def field_things(image: Bytes) -> Bytes:
    """Class map of a view from straight above over fields and a road: what has colour grows, what is grey is road.

    For daylit's own drone scene, where the segmenter, which learned from streets, is lost.
    """
    smooth = np.asarray(cv2.medianBlur(image, 7), np.uint8)
    saturation = cv2.cvtColor(smooth, cv2.COLOR_RGB2HSV)[..., 1]
    things = np.full(image.shape[:2], VOID, np.uint8)
    things[saturation > 80] = VEGETATION
    things[saturation < 45] = ROAD
    return things


_COLOURS = np.array(
    [[90, 160, 255], [40, 140, 40], [110, 100, 110], [190, 140, 90], [255, 60, 60], [250, 230, 60]], np.uint8
)
assert len(_COLOURS) == len(THINGS)


def paint(things: Bytes) -> Bytes:
    """A class map as a picture to look at: uint8 [H,W,3]."""
    table = np.zeros((256, 3), np.uint8)
    table[: len(_COLOURS)] = _COLOURS
    return table[things]
