"""The learned 'no reference' tokens start as tokens of default photos, chosen class by class.

So a frame without a reference is coloured as by a small album of open-terms photos, and training goes on from there.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ..data.colour_jitter import lean, vivid_look
from ..data.labels import VOID
from ..data.pictures import Photo
from ..network.model import Model
from ..network.things import THINGS
from ..network.tokens import DIM, REFERENCE_SIZE, REFERENCE_TOKENS

SHARES = (0.18, 0.26, 0.20, 0.22, 0.04, 0.10)
"""Of the tokens, for each class in the order of THINGS."""


@torch.no_grad()
def seed_null_tokens(model: Model, photos: list[Photo], seed: int = 0) -> NDArray[np.uint8]:
    """Overwrite the null tokens; -> the class of each [T]. Classes the photos lack give their share to others."""
    rng = np.random.default_rng(seed)
    model.eval()
    size = (REFERENCE_SIZE, REFERENCE_SIZE)
    parts: list[list[torch.Tensor]] = [[], [], []]
    kinds, stats = [], []
    for photo in photos:
        look = vivid_look(photo.image, 0.5, 0.5)
        things = np.asarray(cv2.resize(photo.things, size, interpolation=cv2.INTER_NEAREST), np.uint8)
        small = np.asarray(cv2.resize(photo.image, size, interpolation=cv2.INTER_AREA), np.uint8)
        rgb = lean(look(small), things, 0.3)
        tokens = model.references(torch.from_numpy(rgb.transpose(2, 0, 1).copy())[None])
        for part, value in zip(parts, tokens[:3], strict=True):
            part.append(value[0])
        stats.append(tokens.stats[0, 0])
        pure = things.reshape(12, 16, 12, 16).transpose(0, 2, 1, 3).reshape(-1, 256)
        centre = pure[:, 136]
        kinds.append(np.where((pure == centre[:, None]).mean(1) > 0.7, centre, VOID))
    keys, values, colours = (torch.cat(part) for part in parts)
    kind = np.concatenate(kinds)
    picked: list[int] = []
    for k, share in enumerate(SHARES):
        own = np.flatnonzero(kind == k)
        picked += list(rng.permutation(own)[: round(share * REFERENCE_TOKENS)])
    spare = np.setdiff1d(np.flatnonzero(kind < len(THINGS)), picked)
    picked = (picked + list(rng.permutation(spare)))[:REFERENCE_TOKENS]
    if len(picked) < REFERENCE_TOKENS:
        raise ValueError("the default photos hold too few labelled tokens")
    g = model.generator
    at = torch.tensor(np.array(picked))
    g.null_keys.copy_(keys[at, :DIM])
    g.null_places.copy_(keys[at, DIM:])
    g.null_values.copy_(values[at])
    g.null_colours.copy_(colours[at])
    g.null_stats.copy_(torch.stack(stats).mean(0))
    return kind[picked].astype(np.uint8)
