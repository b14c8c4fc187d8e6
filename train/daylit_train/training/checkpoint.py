"""All of a run's state in one file, written whole or not at all."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..critic import Critic
from ..network.build import Build
from ..network.model import Model


@dataclass
class State:
    """What a run changes."""

    model: Model
    ema: Model
    critic: Critic
    optimiser: torch.optim.Optimizer
    critic_optimiser: torch.optim.Optimizer
    null_things: Tensor
    step: int = 0
    spent: float = 0.0

    def _parts(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "ema": self.ema,
            "critic": self.critic,
            "optimiser": self.optimiser,
            "critic_optimiser": self.critic_optimiser,
        }

    def save(self, path: Path) -> None:
        held: dict[str, Any] = {name: part.state_dict() for name, part in self._parts().items()}
        held |= {"step": self.step, "spent": self.spent, "null_things": self.null_things}
        held["build"] = asdict(self.model.build)
        temporary = path.with_suffix(".tmp")
        torch.save(held, temporary)
        temporary.replace(path)

    def load(self, path: Path) -> None:
        held = torch.load(path, map_location="cpu", weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(held[name])
        self.step, self.spent, self.null_things = held["step"], held["spent"], held["null_things"]


def read_weights(path: Path) -> dict[str, Tensor]:
    """EMA weights of a checkpoint, or a bare state dict, as float32."""
    held = torch.load(path, map_location="cpu", weights_only=True)
    state: dict[str, Tensor] = held.get("ema", held)
    return {k: v.float() if v.is_floating_point() else v for k, v in state.items()}


def read_null_things(path: Path) -> Tensor | None:
    """Classes of the learned 'no reference' tokens [T], where the file knows them: then the tokens need no seeding."""
    held = torch.load(path, map_location="cpu", weights_only=True)
    return held.get("null_things")


def read_model(path: Path) -> Model:
    """The network of a checkpoint, built as it was trained, with its EMA weights; a bare state dict is a ``live``."""
    held = torch.load(path, map_location="cpu", weights_only=True)
    model = Model(Build(**held.get("build", {})))
    model.adopt(read_weights(path))
    return model


@torch.no_grad()
def update_ema(ema: nn.Module, model: nn.Module, decay: float) -> None:
    """ema <- decay * ema + (1 - decay) * model; counters are copied."""
    for e, m in zip(ema.state_dict().values(), model.state_dict().values(), strict=True):
        if e.dtype.is_floating_point:
            e.lerp_(m, 1 - decay)
        else:
            e.copy_(m)
