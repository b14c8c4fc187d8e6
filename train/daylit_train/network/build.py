"""How wide the network is and which of its parts it has: what recipes vary and ablations take out."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn

from .csfem import CSFEM
from .mfim import MFIM

STOPPED, PLAIN, UNIFORM = "stop", "plain", "none"


@dataclass(frozen=True)
class Build:
    """The defaults are the whole network at the size of ``live``."""

    width: float = 1.0
    """Factor on the channels of every stage; tokens keep theirs, so one reference encoding has one size."""
    branches: bool = True
    """MFIM's dilated branches; without them it is a pair of 1x1 convolutions."""
    gates: bool = True
    """CSFEM."""
    attention: str = STOPPED
    """``stop``: ISGA. ``plain``: the image losses reach queries and keys. ``none``: every cell reads the mean token."""
    places: bool = True
    """Attention knows where cells and tokens lie, and trusts that as far as the reference looks aligned."""
    things: bool = True
    """The class head steers the decoder."""

    def __post_init__(self) -> None:
        if self.attention not in (STOPPED, PLAIN, UNIFORM):
            raise ValueError(f"attention is {STOPPED}, {PLAIN} or {UNIFORM}, not {self.attention}")

    def wide(self, channels: int) -> int:
        """Channels of a stage that has so many in ``live``; a multiple of 16, as vector units like it."""
        return max(16, round(channels * self.width / 16) * 16)

    def mfim(self, channels: int, dilations: tuple[int, ...]) -> MFIM:
        return MFIM(channels, dilations if self.branches else ())

    def csfem(self, channels: int) -> nn.Module:
        return CSFEM(channels) if self.gates else nn.Identity()
