"""Multiply-adds of one frame, counted on a pass through the network."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .network.model import Model


@torch.no_grad()
def macs_of(model: Model, height: int = 512, width: int = 640) -> float:
    """Of ``frame.onnx`` at that size with one reference: convolutions, linear layers and attention. In millions."""
    total = 0.0

    def count(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        nonlocal total
        weight = layer.weight
        assert isinstance(weight, Tensor)
        places = output[0, 0].numel() if isinstance(layer, nn.Conv2d) else output[0, ..., 0].numel()
        total += weight.numel() * places

    generator = model.generator
    layers = [m for m in generator.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    tokens = generator.null_tokens()
    drawn = generator.eval().draw(torch.zeros(1, 1, height, width), tokens)
    for hook in hooks:
        hook.remove()
    cells, read = drawn.logits.shape[1:]
    return (total + cells * read * (2 * tokens.keys.shape[2] + 3)) / 1e6
