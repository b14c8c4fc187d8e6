"""The full-scale step: one resize of six maps, one multiply-add with the thermal picture."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .colour import ycc_to_rgb


def compose(maps: Tensor, thermal: Tensor, low: Tensor) -> Tensor:
    """maps [B,6,H/4,W/4], thermal [B,1,H,W], low [B,1,H/4,W/4] -> RGB [B,3,H,W], not clamped.

    rgb = colour + gain * (thermal - low), with the part at low scale folded in before the resize. Thermal detail
    reaches the output untouched, so edges are crisp whatever the network does.
    """
    gain = ycc_to_rgb(maps[:, 3:4], maps[:, 4:5], maps[:, 5:6])
    offset = ycc_to_rgb(maps[:, :1], maps[:, 1:2], maps[:, 2:3]) - gain * low
    full = F.interpolate(torch.cat([gain, offset], 1), scale_factor=4, mode="bilinear")
    return full[:, :3] * thermal + full[:, 3:]
