"""What the frame graph is told about its references."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from .places import PLACE

DIM = 64
"""Width of queries and values, and of what a key says of looks."""
KEY = DIM + PLACE
"""Width of keys: looks, then the place in the photo."""
REFERENCE_SIZE = 192
"""Side, in pixels, to which every reference photo is resized."""
REFERENCE_GRID = REFERENCE_SIZE // 16
REFERENCE_TOKENS = REFERENCE_GRID**2


class Tokens(NamedTuple):
    """Several references are concatenated along T (keys, values, colours) and along R (stats)."""

    keys: Tensor
    """[B,T,KEY]: looks, of unit length, then the place; learned tokens may lie anywhere."""
    values: Tensor
    """[B,T,DIM]."""
    colours: Tensor
    """[B,T,3], mean YCbCr under each token."""
    stats: Tensor
    """[B,R,STATS]."""
