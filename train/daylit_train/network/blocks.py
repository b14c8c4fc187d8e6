"""The convolution that every module is made of."""

from __future__ import annotations

from torch import nn


class ConvBlock(nn.Sequential):
    """Conv, BatchNorm, ReLU; the norm is folded into the convolution at export."""

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel: int = 3,
        stride: int = 1,
        groups: int = 1,
        dilation: int = 1,
        act: bool = True,
    ) -> None:
        padding = dilation * (kernel - 1) // 2
        layers: list[nn.Module] = [
            nn.Conv2d(channels_in, channels_out, kernel, stride, padding, dilation, groups, bias=False),
            nn.BatchNorm2d(channels_out, momentum=0.03),
        ]
        super().__init__(*layers, *([nn.ReLU()] if act else []))


def patch_stem(channels_in: int, channels_out: int) -> ConvBlock:
    """8x8 kernel at stride 4, padded so that the output is exactly a quarter of the input."""
    stem = ConvBlock(channels_in, channels_out, 8, 4)
    conv = stem[0]
    assert isinstance(conv, nn.Conv2d)
    conv.padding = (2, 2)
    return stem
