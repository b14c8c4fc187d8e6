"""Splits are committed lists; their hash goes into every report."""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "splits"


def names_of(split: str) -> list[str]:
    """The stems of one committed list, such as ``pairs-val``."""
    return [line for line in (FOLDER / f"{split}.txt").read_text().splitlines() if line and not line.startswith("#")]


def hash_of(names: list[str]) -> str:
    """SHA-256 of the sorted names, one a line: the same whoever wrote the list."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()
