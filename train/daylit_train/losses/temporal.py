"""The same scene, moved or seen through another gain, keeps its colours."""

from __future__ import annotations

from torch import Tensor


def steadiness_loss(maps: Tensor, again: Tensor, dx: int, dy: int, count: int) -> Tensor:
    """First ``count`` maps of a frame against those of the same frame shifted by (dx, dy) map cells, [B,6,h,w]."""
    h, w = maps.shape[2:]
    a = maps[:, :count, max(0, -dy) : h - max(0, dy), max(0, -dx) : w - max(0, dx)]
    b = again[:, :count, max(0, dy) : h - max(0, -dy), max(0, dx) : w - max(0, -dx)]
    return (a.detach() - b).abs().mean()
