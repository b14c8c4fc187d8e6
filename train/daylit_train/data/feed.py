"""Endless batches, prepared by worker processes while the network trains."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from .sampler import Sampler

Batch = dict[str, Tensor]


class _Endless(IterableDataset[Batch]):
    def __init__(self, sampler: Sampler, batch: int, seed: int) -> None:
        self.sampler, self.batch, self.seed = sampler, batch, seed

    def __iter__(self) -> Iterator[Batch]:
        info = get_worker_info()
        rng = np.random.default_rng([self.seed, info.id if info else 0])
        cv2.setNumThreads(1)
        while True:
            items = [self.sampler.draw(rng) for _ in range(self.batch)]
            yield {k: torch.from_numpy(np.stack([item[k] for item in items])) for k in items[0]}


def batches(sampler: Sampler, batch: int, seed: int, workers: int = 1) -> Iterator[Batch]:
    """workers 0: in this process, the same samples for the same seed."""
    context = "spawn" if workers else None  # a forked worker would inherit OpenCV's threads and hang
    source = _Endless(sampler, batch, seed)
    return iter(DataLoader(source, batch_size=None, num_workers=workers, multiprocessing_context=context))
