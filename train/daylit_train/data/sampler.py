"""Training samples: a thermal crop, its daylight target, and a reference whose relation to the target is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..network.things import THINGS
from ..network.tokens import REFERENCE_SIZE, REFERENCE_TOKENS
from .alignment import beside, nearest, with_changes
from .colour_jitter import PLAIN, lean, random_look, vivid_look
from .crops import random_crop, warp, warp_things
from .from_above import from_above
from .images import Bytes
from .labels import VOID
from .madeup import plain_view, warmth_view
from .matching import class_match, palette, place_match, token_things
from .pictures import Pair, Photo, known, scene_members
from .thermal_augment import augment

SELF, SCENE, CROSS, NONE, LONE = range(5)
"""How the reference relates to the target; LONE: there is no target."""

Sample = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Mix:
    """Shares of what is sampled."""

    kinds: tuple[float, float, float, float, float] = (0.40, 0.12, 0.26, 0.18, 0.04)
    made_up: float = 0.5
    """Share of made-up pairs among self, cross and none."""
    rendered: float = 0.15
    """Share of pairs rendered from daylit's own scenes among self, cross and none, where there are any."""
    above: float = 0.0
    """Share of made-up views from straight above among self, cross and none, where there are photos of that kind."""
    guessed: float = 0.25
    """Share of made-up pairs from photos whose class map the segmenter guessed."""
    aligned: float = 0.5
    """Share of self and scene whose reference shows nearly the target's own view."""
    changed: float = 0.4
    """Share of those in self whose reference differs from the target in places."""
    crop_share: float = 0.08
    """Weight of a small object crop beside a scene's 1."""
    vivid_real: float = 0.5
    """Strength of the vivid look taught without a reference, on real pairs."""
    vivid_made_up: float = 1.0
    vivid_tone: float = 0.3
    """How hard that look may be: harder is too dark for pale cameras."""


@dataclass
class Sampler:
    """Draws single samples; owns no randomness but the generator it is given."""

    pairs: list[Pair]
    photos: list[Photo]
    lone: list[Bytes]
    size: int
    mix: Mix
    rendered: list[Pair] = field(default_factory=list)
    null_things: NDArray[np.uint8] = field(default_factory=lambda: np.full(REFERENCE_TOKENS, VOID, np.uint8))
    """Class of each learned 'no reference' token, where it has one."""

    def __post_init__(self) -> None:
        if not self.pairs:
            self.pairs, self.rendered = self.rendered, []
        if not self.pairs:
            raise ValueError("training needs pairs: real ones or rendered ones")
        weight = np.array([1.0 if min(p.thermal.shape) >= 160 else self.mix.crop_share for p in self.pairs])
        self.share = weight / weight.sum()
        self.members = scene_members(self.pairs)
        self.classed = [p for p in self.photos if known(p.things)]
        self.guessed = [p for p in self.classed if not p.labelled and not p.above]
        self.above = [p for p in self.photos if p.above]
        self.labelled = [p for p in self.photos if p.labelled] or self.classed
        self.whole = [p for p in self.pairs if known(p.things)]

    def _pair(self, rng: np.random.Generator) -> Pair:
        return self.pairs[int(rng.choice(len(self.pairs), p=self.share))]

    def _photo(self, of: list[Photo], rng: np.random.Generator) -> Photo:
        return of[int(rng.integers(len(of)))]

    def _neighbour(self, pair: Pair, rng: np.random.Generator) -> Pair | None:
        others = [self.pairs[j] for j in self.members[pair.block] if self.pairs[j] is not pair]
        return others[int(rng.integers(len(others)))] if others else None

    def _stranger(self, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
        """Any other picture as a reference, with its class map."""
        if self.rendered and rng.random() < self.mix.rendered:
            scene = self.rendered[int(rng.integers(len(self.rendered)))]
            return scene.visible, scene.things
        if self.classed and rng.random() < 0.55:
            own = [p for p in self.classed if not p.name.startswith("camvid")]
            photo = self._photo(own if own and rng.random() < 0.35 else self.classed, rng)
            return photo.image, photo.things
        pair = self.whole[int(rng.integers(len(self.whole)))] if self.whole else self._pair(rng)
        return pair.visible, pair.things

    def draw(self, rng: np.random.Generator) -> Sample:
        """One sample; arrays as listed in the return."""
        kind = int(rng.choice(5, p=self.mix.kinds))
        chance = rng.random() if kind in (SELF, CROSS, NONE) else 1.0
        made_up = bool(self.labelled) and chance < self.mix.made_up
        rendered = bool(self.rendered) and self.mix.made_up <= chance < self.mix.made_up + self.mix.rendered
        pair = self.rendered[int(rng.integers(len(self.rendered)))] if rendered else self._pair(rng)
        thermal, visible, things = pair.thermal, pair.visible, pair.things
        start = self.mix.made_up + self.mix.rendered
        above = bool(self.above) and start <= chance < start + self.mix.above
        if above:
            visible, things, thermal = from_above(self._photo(self.above, rng).image, rng)
        elif made_up:
            pool = self.guessed if self.guessed and rng.random() < self.mix.guessed else self.labelled
            photo = self._photo(pool, rng)
            visible, things = photo.image, photo.things
            odd = rng.random() < 0.06
            thermal = plain_view(visible, rng) if odd else warmth_view(visible, things, rng)
        elif kind == LONE and self.lone:
            thermal = self.lone[int(rng.integers(len(self.lone)))]
            things = np.full(thermal.shape, VOID, np.uint8)
        synthetic = made_up or rendered or above
        source, source_things = visible, things
        if kind == SCENE:
            near = self._neighbour(pair, rng)
            if near is None:
                kind = SELF
            else:
                source, source_things = near.visible, near.things
        elif kind in (CROSS, LONE):
            source, source_things = self._stranger(rng)

        size = self.size
        turn = 180.0 if above else 6.0
        to_crop = random_crop(thermal.shape, size, (0.4, 0.8) if above else (0.5, 1.0), rng, turn)
        if kind in (SELF, SCENE) and source.shape == visible.shape and rng.random() < self.mix.aligned:
            to_ref, aligned = beside(to_crop, size, rng), True
        else:
            to_ref = random_crop(source.shape, REFERENCE_SIZE, (0.7, 1.15) if kind == SELF else (0.8, 1.15), rng)
            aligned = False
        crop_things = warp_things(things, to_crop, size)
        ref_things = warp_things(source_things, to_ref, REFERENCE_SIZE)
        seen_from = warp(visible, to_crop, size) if kind != LONE else np.zeros((size, size, 3), np.uint8)
        if kind == NONE:
            strength = self.mix.vivid_made_up if made_up or above else self.mix.vivid_real * (not rendered)
            tone = min(strength, self.mix.vivid_tone)
            target = lean(vivid_look(visible, strength, tone)(seen_from), crop_things, strength)
            reference = PLAIN(warp(source, to_ref, REFERENCE_SIZE))
            match = class_match(crop_things, self.null_things)
            colours, area = palette(target, crop_things, len(THINGS))
        else:
            look = random_look(source, bool(rng.random() < 0.5), rng)
            target = look(seen_from)
            reference = look(warp(source, to_ref, REFERENCE_SIZE))
            if kind == SELF:
                match = place_match(to_crop, to_ref, size)
                colours, area = palette(target, crop_things, len(THINGS))
                if aligned and rng.random() < self.mix.changed:
                    alike = class_match(crop_things, token_things(ref_things))
                    otherwise = nearest(alike, to_crop, to_ref, size)
                    reference, match = with_changes(reference, match, otherwise, rng)
            else:
                match = class_match(crop_things, token_things(ref_things))
                if aligned:
                    match = nearest(match, to_crop, to_ref, size)
                colours, area = palette(reference, ref_things, len(THINGS))
                own, own_area = palette(target, crop_things, len(THINGS))
                missing = area < 0.01  # the reference has no such thing: keep the target's own colour, if there is one
                colours[missing] = own[missing]
                area[missing] = own_area[missing] if kind != LONE else 0
            if rng.random() < 0.5:
                noise = rng.standard_normal(reference.shape, np.float32) * 0.02
                reference = np.clip(reference * np.float32(rng.uniform(0.9, 1.1)) + noise, 0, 1)
        seen, clean = augment(warp(thermal, to_crop, size), rng)
        return {
            "thermal": seen[None].astype(np.float32),
            "clean": clean[None].astype(np.float32),
            "target": np.ascontiguousarray(target.transpose(2, 0, 1)),
            "reference": np.ascontiguousarray(reference.transpose(2, 0, 1).astype(np.float32)),
            "things": crop_things,
            "palette": colours,
            "palette_area": area,
            "match": match,
            "kind": np.asarray(kind, np.int64),
            "made_up": np.asarray(synthetic, np.bool_),
        }
