"""A quick look at a network in PyTorch: a few measures on a few held-out pairs, without exporting anything."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from ..data.images import Bytes
from ..data.pictures import Pair
from ..network.graphs import FrameGraph, ReferenceGraph
from ..network.model import Model
from ..network.tokens import REFERENCE_SIZE, Tokens
from . import picture
from .lab import chroma
from .normalise import padded, spread
from .protocols import site_of


@torch.no_grad()
def still(model: Model, thermal: Bytes, photo: Bytes | None) -> Bytes:
    """One frame as the exported graphs would draw it -> RGB uint8 [H,W,3]."""
    model.eval()
    tokens = model.generator.null_tokens()
    if photo is not None:
        small = cv2.resize(photo, (REFERENCE_SIZE, REFERENCE_SIZE), interpolation=cv2.INTER_AREA)
        tokens = Tokens(*ReferenceGraph(model.references)(torch.from_numpy(small[None])))
    frame = padded(thermal)
    h, w = frame.shape
    past, low = torch.zeros(1, 6, h // 4, w // 4), torch.zeros(1, 1, h // 4, w // 4)
    inputs = (torch.from_numpy(frame.copy())[None, :, :, None], *tokens, past, low, torch.zeros(1), torch.ones(1))
    rgb = FrameGraph(model.generator)(*inputs)[0][0]
    return np.ascontiguousarray(rgb.numpy()[: thermal.shape[0], : thermal.shape[1]])


def glance(model: Model, pairs: list[Pair]) -> dict[str, float]:
    """Means over the pairs of each site, with the own picture as reference and with none: ``site protocol measure``."""
    kept: dict[str, list[float]] = {}
    for pair in pairs:
        thermal, real = spread(pair.thermal), pair.visible
        for protocol, photo in (("self", real), ("none", None)):
            out = still(model, thermal, photo)
            found = {
                "psnr": picture.psnr(out, real),
                "ssim": picture.ssim(out, real),
                "ab": picture.ab_error(out, real),
                "chroma": chroma(out) / max(1e-3, chroma(real)),
                "contrast": picture.contrast(out, real),
                "structure": picture.structure(out, thermal),
                "apce": picture.apce(out, thermal),
            }
            for name, value in found.items():
                kept.setdefault(f"{site_of(pair)} {protocol} {name}", []).append(value)
    return {k: float(np.mean(v)) for k, v in kept.items()}
