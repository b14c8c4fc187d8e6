"""What training reads: real pairs, daylight photos, lone thermal pictures; all decoded in memory."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..network.things import THINGS
from .images import Bytes, read_grey, read_raw, read_rgb
from .labels import VOID, field_things, read_things
from .splits import names_of


@dataclass(frozen=True, eq=False)
class Pair:
    """Aligned thermal and daylight pictures of one size."""

    name: str
    block: str
    """Scene block: neighbouring pictures of one place."""
    thermal: Bytes
    visible: Bytes
    things: Bytes
    """Class map of the daylight picture, which is the thermal one's too."""


@dataclass(frozen=True)
class Photo:
    """A daylight picture without a thermal partner."""

    name: str
    image: Bytes
    things: Bytes
    labelled: bool
    """The class map was drawn by people, not guessed."""
    above: bool = False
    """Taken from straight above."""

    @property
    def kinds(self) -> set[int]:
        """Classes that cover at least one pixel in a hundred."""
        share = np.bincount(self.things.ravel(), minlength=256)[: len(THINGS)] / self.things.size
        return {int(k) for k in np.flatnonzero(share > 0.01)}


def load_pairs(folder: Path, labels: Path) -> list[Pair]:
    """One split folder (``thermal/``, ``visible/``), with ``index.csv`` beside it naming blocks; none if missing."""
    index = folder.parent / "index.csv"
    blocks: dict[str, str] = {}
    if index.exists():
        with index.open() as f:
            blocks = {row["name"]: row["scene_block"] for row in csv.DictReader(f)}
    if not folder.exists():
        return []
    pairs = []
    for path in sorted((folder / "thermal").iterdir()):
        if not (folder / "visible" / path.name).exists():
            continue
        visible = read_rgb(folder / "visible" / path.name)
        things = read_things(labels / f"{path.stem}.png", visible.shape)
        pairs.append(Pair(path.stem, blocks.get(path.stem, path.stem), read_grey(path), visible, things))
    return pairs


def load_photos(folder: Path, labels: Path, without: set[str] = frozenset()) -> list[Photo]:  # type: ignore[assignment]
    """``image/`` with optional ``label/``; class maps come from the prepared folder."""
    photos = []
    above = set(names_of("photos-above"))
    for path in sorted((folder / "image").iterdir()):
        if path.stem in without:
            continue
        image = read_rgb(path)
        if path.stem in above:  # the segmenter, which learned from streets, is lost there
            photos.append(Photo(path.stem, image, field_things(image), labelled=False, above=True))
            continue
        drawn = (folder / "label" / f"{path.stem}.png").exists()
        photos.append(Photo(path.stem, image, read_things(labels / f"{path.stem}.png", image.shape), drawn))
    return photos


def load_lone(folders: list[Path]) -> list[Bytes]:
    """PNG stills of 8 or 16 bit without partners, spread between their 0.5 and 99.5 percentiles."""
    out = []
    for path in sorted(p for folder in folders for p in folder.glob("*.png")):
        raw = read_raw(path).astype(np.float32)
        low, high = np.percentile(raw, (0.5, 99.5))
        out.append(np.asarray(np.clip((raw - low) / max(high - low, 1) * 255, 0, 255), np.uint8))
    return [x for x in out if min(x.shape) >= 120]


def scene_members(pairs: list[Pair]) -> dict[str, list[int]]:
    """Scene block -> indices of its pairs."""
    members: dict[str, list[int]] = defaultdict(list)
    for i, pair in enumerate(pairs):
        members[pair.block].append(i)
    return dict(members)


def known(things: Bytes) -> bool:
    """Whether a class map says anything at all."""
    return bool((things != VOID).any())
