"""Generator and reference encoder under one roof, so that one EMA and one checkpoint cover both."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .build import Build
from .generator import Generator
from .references import ReferenceEncoder
from .tokens import Tokens


class Model(nn.Module):
    """What is trained and exported."""

    def __init__(self, build: Build | None = None) -> None:
        super().__init__()
        self.build = build or Build()
        self.generator, self.references = Generator(self.build), ReferenceEncoder(self.build)

    def tokens(self, reference: Tensor, none: Tensor) -> Tokens:
        """Tokens per sample; samples flagged ``none`` [B] get the learned ones."""
        keep = none.view(-1, 1, 1)
        pairs = zip(self.generator.null_tokens(), self.references(reference), strict=True)
        return Tokens(*(torch.where(keep, null.to(own.dtype), own) for null, own in pairs))

    def adopt(self, state: dict[str, Tensor]) -> list[str]:
        """Load weights of this network or of an older one; returns the names that kept their fresh values.

        An older head with fewer outputs fills the first rows and the rest becomes zero. Unknown names are an error.
        """
        own = self.state_dict()
        unknown = sorted(set(state) - set(own))
        if unknown:
            raise ValueError(f"weights hold unknown tensors: {', '.join(unknown[:5])}")
        for name, value in state.items():
            target = own[name]
            if value.shape == target.shape:
                target.copy_(value)
            elif value.dim() == target.dim() and value.shape[1:] == target.shape[1:] and len(value) < len(target):
                target.zero_()
                target[: len(value)].copy_(value)
            else:
                raise ValueError(f"{name}: shape {tuple(value.shape)} does not fit {tuple(target.shape)}")
        return sorted(set(own) - set(state))
