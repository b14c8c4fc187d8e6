"""A small segmenter of daylight pictures, so that every pair has a class map.

It learns from the labelled photos on frozen ImageNet features, then labels the daylight side of the real pairs; the
thermal side shows the same things at the same places. Where it is not sure the map is VOID.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..backbone import Backbone
from ..network.blocks import ConvBlock
from ..network.things import THINGS
from .images import Bytes
from .labels import VOID


class Segmenter(nn.Module):
    """Backbone features at 1/4, 1/8 and 1/16, the colours and the height in the picture -> logits at 1/4."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        self.backbone = Backbone()
        self.reduce = nn.ModuleList(ConvBlock(c, width, 1) for c in Backbone.CHANNELS[1:])
        self.own = ConvBlock(5, width, 1)
        self.context = nn.ModuleList(
            nn.Sequential(ConvBlock(width, width, 3, groups=width, dilation=d), ConvBlock(width, width, 1))
            for d in (1, 2, 4)
        )
        self.classify = nn.Conv2d(width, len(THINGS), 1)

    def forward(self, rgb: Tensor) -> Tensor:
        """[B,3,H,W] 0..1 -> [B,6,H/4,W/4]"""
        with torch.no_grad():
            f4, f8, f16 = self.backbone(rgb)[1:]
        x16 = self.reduce[2](f16)
        for layer in self.context:
            x16 = x16 + layer(x16)
        size = f4.shape[2:]
        parts = [self.reduce[0](f4), *(F.interpolate(x, size, mode="bilinear") for x in (self.reduce[1](f8), x16))]
        rows = torch.linspace(-1, 1, size[0]).view(1, 1, -1, 1).expand(len(rgb), 1, *size)
        small = F.interpolate(rgb, size, mode="area")
        parts.append(self.own(torch.cat([small - 0.5, rows, rows * rows], 1)))
        out: Tensor = self.classify(torch.stack(parts).sum(0))
        return out


def _augmented(image: Bytes, label: Bytes, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A 256 px crop with turned-down or turned-up colour, haze and light: other cameras are paler."""
    scale = float(np.exp(rng.uniform(-0.35, 0.45))) * 1.0
    h, w = image.shape[:2]
    size = (max(256, int(w * scale)), max(256, int(h * scale)))
    image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    label = np.asarray(cv2.resize(label, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    top, left = int(rng.integers(0, size[1] - 255)), int(rng.integers(0, size[0] - 255))
    x = image[top : top + 256, left : left + 256].astype(np.float32) / 255
    y = label[top : top + 256, left : left + 256]
    if rng.random() < 0.5:
        x, y = x[:, ::-1], y[:, ::-1]
    grey = x.mean(2, keepdims=True)
    x = grey + (x - grey) * rng.uniform(0.1, 1.5)
    x = np.clip(x * rng.normal(1, 0.08, 3), 0, 1) ** np.exp(rng.normal(0, 0.35))
    haze = rng.uniform(0, 0.45)
    x = x * (1 - haze) + haze * rng.uniform(0.6, 1.0)
    return np.clip(x, 0, 1).astype(np.float32).transpose(2, 0, 1), y[::4, ::4].astype(np.int64)


def train_segmenter(photos: list[tuple[Bytes, Bytes]], steps: int, seed: int = 0) -> Segmenter:
    """photos: (RGB, class map). Minutes on a CPU."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = Segmenter().train()
    opt = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], lr=3e-3, weight_decay=1e-2)
    plan = torch.optim.lr_scheduler.OneCycleLR(opt, 3e-3, total_steps=steps)
    weight = torch.tensor([1.0, 1.2, 0.7, 1.0, 2.5, 1.5])
    for step in range(steps):
        items = [_augmented(*photos[int(rng.integers(len(photos)))], rng) for _ in range(6)]
        image = torch.from_numpy(np.stack([i for i, _ in items]))
        label = torch.from_numpy(np.stack([y for _, y in items]))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = net(image)
        loss = F.cross_entropy(logits.float(), label, weight, ignore_index=VOID)
        opt.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        opt.step()
        plan.step()
        if step % 50 == 0:
            print(f"segmenter step {step}: loss {loss.item():.3f}", flush=True)
    return net.eval()


@torch.no_grad()
def segment(net: Segmenter, image: Bytes, sure: float = 0.6) -> Bytes:
    """uint8 [H,W,3] -> uint8 [H,W] of THINGS, VOID where the best share (mirrored views averaged) is below ``sure``."""
    h, w = image.shape[:2]
    x = torch.from_numpy(image.astype(np.float32).transpose(2, 0, 1) / 255)[None]
    scale = 384 / max(h, w)
    x = F.interpolate(x, (round(h * scale / 16) * 16, round(w * scale / 16) * 16), mode="bilinear", antialias=True)
    share = net(x).softmax(1) + net(x.flip(3)).softmax(1).flip(3)
    share = F.interpolate(share / 2, (h, w), mode="bilinear")[0]
    best, things = share.max(0)
    return np.asarray(torch.where(best >= sure, things, VOID).to(torch.uint8).numpy())
