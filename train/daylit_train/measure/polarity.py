"""Polarity on made-up pairs of held-out labelled photos: the order of lightness must be daylight's, not heat's."""

from __future__ import annotations

import numpy as np

from ..data.images import Bytes, Floats
from ..data.madeup import warmth_view
from ..data.pictures import Photo
from ..data.thermal_augment import augment
from ..network.things import BUILDING, PERSON, ROAD, SKY, VEGETATION
from .colorizer import Colorizer
from .lab import luma

ORDERED = (SKY, VEGETATION, ROAD, BUILDING)
LEAST = 0.004
"""A class counts from this share of the picture on."""
CLEAR = 12.0
"""Lumas of the real picture must differ by this much to set an order."""


def _class_lumas(rgb: Bytes, things: Bytes) -> Floats:
    """Mean luma of each class, NaN where it is too small."""
    light = luma(rgb)
    out = [light[things == k].mean() if (things == k).mean() > LEAST else np.nan for k in range(6)]
    return np.asarray(out, np.float32)


def made_up_views(photos: list[Photo], seed: int = 0, views: int = 3) -> list[tuple[Bytes, Bytes, Bytes]]:
    """(thermal, real, things) of each photo, several views each, through made-up cameras."""
    rng = np.random.default_rng(seed)
    out = []
    for photo in photos:
        for _ in range(views):
            seen, _ = augment(warmth_view(photo.image, photo.things, rng), rng)
            out.append((np.asarray(seen * 255, np.uint8), photo.image, photo.things))
    return out


def polarity(net: Colorizer, views: list[tuple[Bytes, Bytes, Bytes]], with_reference: bool) -> dict[str, float]:
    """Shares of pictures, or of class pairs, that are right.

    sky_above_plants: where the real picture has it so. people_not_brightest: where it has it so. order: class pairs of
    sky, vegetation, road and building whose lumas in the real picture are clearly apart.
    """
    marks: dict[str, list[bool]] = {"sky_above_plants": [], "people_not_brightest": [], "order": []}
    for thermal, real, things in views:
        out = _class_lumas(net.still(thermal, [real] if with_reference else []), things)
        wanted = _class_lumas(real, things)
        if wanted[SKY] > wanted[VEGETATION]:
            marks["sky_above_plants"].append(bool(out[SKY] > out[VEGETATION]))
        if not np.isnan(wanted[PERSON]) and np.nanargmax(wanted) != PERSON:
            marks["people_not_brightest"].append(bool(np.nanargmax(out) != PERSON))
        for a in ORDERED:
            for b in ORDERED:
                if wanted[a] > wanted[b] + CLEAR:
                    marks["order"].append(bool(out[a] > out[b]))
    return {k: float(np.mean(v)) if v else float("nan") for k, v in marks.items()} | {"pictures": len(views)}
