"""One training run's settings, read from one TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .data.sampler import Mix
from .network.build import Build


@dataclass(frozen=True)
class Recipe:
    """Defaults are those of ``recipes/live.toml``'s first version; unknown keys in a file are errors."""

    name: str
    minutes: float
    """Training time; a step counts at most ``step_cap`` seconds, so pauses are free."""
    batch: int = 6
    size: int = 224
    lr: float = 1e-3
    step_cap: float = 3.0
    warmup: int = 100
    ema: float = 0.997
    critic_lr: float = 4e-4
    critic_from: float = 0.05
    """Share of the time before the critic joins."""
    window: int = 160
    """Side of the square that the backbone sees."""
    seed: int = 0
    workers: int = 1
    pairs: bool = True
    """Whether the real pairs are learned from; without them, rendered and made-up ones are all there is."""
    photos: tuple[str, ...] = ()
    """Only photos whose names start so (all, if empty): for weights whose pictures have open terms."""
    album: str = "photos"
    """What the 'no reference' tokens start from: ``photos`` (splits/photos-default.txt) or ``rendered`` views."""
    network: Build = field(default_factory=Build)
    losses: dict[str, float] = field(default_factory=dict)
    """Weight of every term; a term without a weight is not computed."""
    mix: Mix = field(default_factory=Mix)


def _strict(kind: type, table: dict[str, Any], where: str) -> dict[str, Any]:
    unknown = set(table) - {f.name for f in fields(kind)}
    if unknown:
        raise ValueError(f"{where}: unknown keys {', '.join(sorted(unknown))}")
    return table


def read_recipe(path: Path) -> Recipe:
    """A recipe file; raises ValueError on keys that no setting has."""
    table = tomllib.loads(path.read_text())
    mix = _strict(Mix, table.pop("mix", {}), f"{path}: [mix]")
    if "kinds" in mix:
        mix["kinds"] = tuple(mix["kinds"])
    network = Build(**_strict(Build, table.pop("network", {}), f"{path}: [network]"))
    table = _strict(Recipe, table, str(path))
    table["photos"] = tuple(table.get("photos", ()))
    if table.get("album", "photos") not in ("photos", "rendered"):
        raise ValueError(f"{path}: album is photos or rendered, not {table['album']}")
    return Recipe(mix=Mix(**mix), network=network, **table)
