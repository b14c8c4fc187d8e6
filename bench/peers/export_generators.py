"""Export the graphs that daylit's benchmark compares itself with.

    python bench/peers/export_generators.py FOLDER

Writes ``resnet9.onnx`` (the nine-block generator of CycleGAN and CUT),
``unet256.onnx`` (the generator of pix2pix) and ``product.onnx`` (a matrix product of
1024 x 1024, which measures what a machine multiplies at best). Weights are random:
time does not depend on them. Needs PyTorch and its ``onnx`` package.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions with instance normalisation around a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.layers(x)
        return x + y


def resnet9(width: int = 64) -> nn.Module:
    """Zhu et al. 2017, section 7.2: c7s1-64, d128, d256, nine R256, u128, u64, c7s1-3."""
    layers: list[nn.Module] = [
        nn.ReflectionPad2d(3),
        nn.Conv2d(3, width, 7),
        nn.InstanceNorm2d(width),
        nn.ReLU(),
    ]
    for channels in (width, 2 * width):
        layers += [
            nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1),
            nn.InstanceNorm2d(2 * channels),
            nn.ReLU(),
        ]
    layers += [ResidualBlock(4 * width) for _ in range(9)]
    for channels in (4 * width, 2 * width):
        layers += [
            nn.ConvTranspose2d(
                channels, channels // 2, 3, stride=2, padding=1, output_padding=1
            ),
            nn.InstanceNorm2d(channels // 2),
            nn.ReLU(),
        ]
    layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh()]
    return nn.Sequential(*layers)


class UNetLevel(nn.Module):
    """Halve, go deeper, double, and put the input beside the result."""

    def __init__(self, outer: int, inner: int, deeper: nn.Module | None) -> None:
        super().__init__()
        self.down = nn.Sequential(
            nn.LeakyReLU(0.2),
            nn.Conv2d(outer, inner, 4, stride=2, padding=1),
            nn.Identity() if deeper is None else nn.BatchNorm2d(inner),
        )
        self.deeper = nn.Identity() if deeper is None else deeper
        self.up = nn.Sequential(
            nn.ReLU(),
            nn.ConvTranspose2d(
                inner if deeper is None else 2 * inner, outer, 4, stride=2, padding=1
            ),
            nn.BatchNorm2d(outer),
        )

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([x, self.up(self.deeper(self.down(x)))], dim=1)


def unet256(width: int = 64) -> nn.Module:
    """Isola et al. 2017, section 6.1: eight halvings, 64 to 512 channels, skips between."""
    level: nn.Module | None = None
    for outer, inner in (
        (8, 8),
        (8, 8),
        (8, 8),
        (8, 8),
        (4, 8),
        (2, 4),
        (1, 2),
    ):
        level = UNetLevel(outer * width, inner * width, level)
    assert level is not None
    return nn.Sequential(
        nn.Conv2d(3, width, 4, stride=2, padding=1),
        level,
        nn.ReLU(),
        nn.ConvTranspose2d(2 * width, 3, 4, stride=2, padding=1),
        nn.Tanh(),
    )


class Product(nn.Module):
    """The product of two matrices."""

    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return a @ b


def export(model: nn.Module, inputs: dict[str, Tensor], path: Path) -> None:
    """Write a model as ONNX with the names of its inputs and the one output ``y``."""
    with torch.no_grad():
        torch.onnx.export(
            model.eval(),
            tuple(inputs.values()),
            str(path),
            input_names=list(inputs),
            output_names=["y"],
            opset_version=17,
            dynamo=False,
        )
    parameters = sum(p.numel() for p in model.parameters())
    print(f"{path.name}: {parameters / 1e6:.1f} M parameters")


def main() -> None:
    """Export all three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    export(resnet9(), {"picture": torch.zeros(1, 3, 512, 640)}, folder / "resnet9.onnx")
    # Eight halvings need sides that are multiples of 256.
    export(unet256(), {"picture": torch.zeros(1, 3, 512, 768)}, folder / "unet256.onnx")
    square = torch.zeros(1024, 1024)
    export(Product(), {"a": square, "b": square}, folder / "product.onnx")


if __name__ == "__main__":
    main()
