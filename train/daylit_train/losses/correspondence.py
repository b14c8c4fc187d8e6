"""Contrastive terms: which token a cell belongs to, and which patch a patch is."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .reduce import mean_of


def correspondence_loss(logits: Tensor, target: Tensor) -> Tensor:
    """InfoNCE both ways on attention logits [B,N,T] with soft targets [B,N,T] (zero rows: unknown)."""
    row = target.sum(2)
    forward = -(target * logits.log_softmax(2)).sum() / row.sum().clamp(min=1)
    back_target = target / target.sum(1, keepdim=True).clamp(min=1e-3)
    seen = (target.sum(1) > 0.3).float()
    live = (row.sum(1) > 0).float()[:, None]
    back = (back_target * logits.log_softmax(1)).sum(1) * seen * live
    return forward - 0.5 * back.sum() / (seen * live).sum().clamp(min=1)


def share_on_target(logits: Tensor, target: Tensor) -> Tensor:
    """Mean attention that falls on right tokens, over cells whose tokens are known."""
    known = (target.sum(2) > 0).float()
    right = (logits.softmax(2) * (target > 0)).sum(2)
    return (right * known).sum() / known.sum().clamp(min=1)


def patch_nce(out: Tensor, target: Tensor, weight: Tensor, count: int = 64, tau: float = 0.1) -> Tensor:
    """PatchNCE (Park et al., ECCV 2020): output features [B,C,h,w] match the target's at the same place."""
    pick = torch.randperm(out.shape[2] * out.shape[3], device="cpu")[:count].to(out.device)
    centre = target.mean((2, 3), keepdim=True)
    o = F.normalize((out - centre).flatten(2)[:, :, pick], dim=1)
    t = F.normalize((target - centre).flatten(2)[:, :, pick], dim=1)
    logits = o.transpose(1, 2) @ t / tau
    label = torch.arange(len(pick), device=out.device).expand(len(out), -1)
    return mean_of(F.cross_entropy(logits, label, reduction="none"), weight)
