"""Held-out crops drawn at every checkpoint, to be looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.tensorboard import SummaryWriter

from ..data.feed import Batch
from ..data.images import Bytes, read_rgb
from ..data.labels import paint
from ..network.compose import compose
from ..network.model import Model
from ..sheets import sheet


def to_bytes(x: Tensor) -> Bytes:
    """[3,H,W] or [1,H,W] 0..1 -> uint8 [H,W,3] or [H,W]."""
    out = (x.detach().float().cpu().clamp(0, 1) * 255).round().to(torch.uint8).numpy()
    return np.asarray(out[0] if len(out) == 1 else out.transpose(1, 2, 0))


@torch.no_grad()
def probe_sheet(model: Model, probe: Batch, path: Path, board: SummaryWriter, step: int) -> None:
    """Columns: thermal, reference, with it, without one, classes seen, target."""
    device = next(model.parameters()).device
    model.eval()
    thermal, reference = probe["thermal"].to(device), probe["reference"].to(device)
    columns = []
    for none in (False, True):
        flags = torch.full((len(thermal),), none, device=device)
        drawn = model.generator.draw(thermal, model.tokens(reference, flags))
        columns.append(compose(drawn.maps, thermal, drawn.low))
    seen = drawn.things.argmax(1).to(torch.uint8).cpu().numpy()
    rows = [
        [
            to_bytes(thermal[i]),
            to_bytes(reference[i]),
            to_bytes(columns[0][i]),
            to_bytes(columns[1][i]),
            paint(seen[i]),
            to_bytes(probe["target"][i]),
        ]
        for i in range(len(thermal))
    ]
    sheet(rows, path, width=180, columns=2)
    board.add_image("probe", read_rgb(path), step, dataformats="HWC")  # type: ignore[no-untyped-call]
