"""Polarity on made-up pairs of held-out labelled photos: the order of lightness must be daylight's, not heat's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..data.images import Bytes, Floats
from ..data.madeup import warmth_view
from ..data.pictures import Photo
from ..data.thermal_augment import augment
from ..network.things import BUILDING, PERSON, ROAD, SKY, VEGETATION, VEHICLE
from .lab import luma

ORDERED = (SKY, VEGETATION, ROAD, BUILDING)
LEAST = 0.004
"""A class counts from this share of the picture on."""
CLEAR = 12.0
"""Lumas of the real picture must differ by this much to set an order."""
GLOW = 40.0
"""People and vehicles may be so much lighter than they are in the real picture."""
DARK_SKY = 0.05
"""Share of the sky that may be darker than the plants' mean."""
View = tuple[Bytes, Bytes, Bytes]


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


def _all_right(rgb: Bytes, things: Bytes, out: Floats, wanted: Floats) -> bool:
    """No class order turned round, nobody glows, and the sky has no dark blotches."""
    for a in (*ORDERED, PERSON, VEHICLE):
        if any(wanted[a] > wanted[b] + 2 * CLEAR and out[a] <= out[b] for b in ORDERED):
            return False
    if any(out[k] > wanted[k] + GLOW for k in (PERSON, VEHICLE)):
        return False
    if wanted[SKY] > wanted[VEGETATION] + CLEAR:
        return bool((luma(rgb)[things == SKY] < out[VEGETATION]).mean() <= DARK_SKY)
    return True


def polarity(draw: Callable[[Bytes, Bytes], Bytes], views: list[View]) -> dict[str, float]:
    """Shares of pictures, or of class pairs, that are right. draw: thermal and the real picture -> RGB.

    sky_above_plants: where the real picture has it so. people_not_brightest: where it has it so. order: class pairs of
    sky, vegetation, road and building whose lumas in the real picture are clearly apart. whole: pictures in which all
    clear pairs are right, people and vehicles are not much lighter than in daylight, and skies have no dark blotches;
    raw thermal hardly ever passes it.
    """
    marks: dict[str, list[bool]] = {"sky_above_plants": [], "people_not_brightest": [], "order": [], "whole": []}
    for thermal, real, things in views:
        rgb = draw(thermal, real)
        out, wanted = _class_lumas(rgb, things), _class_lumas(real, things)
        marks["whole"].append(_all_right(rgb, things, out, wanted))
        if wanted[SKY] > wanted[VEGETATION]:
            marks["sky_above_plants"].append(bool(out[SKY] > out[VEGETATION]))
        if not np.isnan(wanted[PERSON]) and np.nanargmax(wanted) != PERSON:
            marks["people_not_brightest"].append(bool(np.nanargmax(out) != PERSON))
        for a in ORDERED:
            for b in ORDERED:
                if wanted[a] > wanted[b] + CLEAR:
                    marks["order"].append(bool(out[a] > out[b]))
    return {k: float(np.mean(v)) if v else float("nan") for k, v in marks.items()} | {"pictures": len(views)}
