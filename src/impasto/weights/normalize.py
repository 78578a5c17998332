"""The normalized VGG: every filter's mean activation over images and positions is 1.

Paper: Gatys, Ecker and Bethge, "Image style transfer using convolutional neural networks",
CVPR 2016, section 2. Scaling a filter down and everything that reads it up changes nothing else in
the network, because ReLU, maximum and average all commute with a positive factor.
"""

from collections.abc import Iterable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

DEAD = 1e-3
"""A filter whose mean is below this part of its layer's median is left as it is: it hardly ever
answers, and dividing by so small a number would make its noise as loud as the others' signal."""


def mean_activations(weights: Mapping[str, Tensor], batches: Iterable[Tensor]) -> dict[str, Tensor]:
    """Measure the mean of every filter after its ReLU, over all images and positions.

    `batches` are of shape (n, 3, h, w) and preprocessed as the network expects, with channels in
    the order of its weights. They are read one at a time.

    Returns:
        "conv1_1.mean" and so on, float32, one number for each filter. The network is the original
        one: maximum pooling, zeros beyond the border.
    """
    layers = _layers(weights)
    sums = {layer: torch.zeros((), dtype=torch.float64) for layer in layers}
    positions = dict.fromkeys(layers, 0)
    for x in batches:
        for block, layer in enumerate(layers):
            if block and layer[len("conv")] != layers[block - 1][len("conv")]:
                x = F.max_pool2d(x, 2)
            x = F.relu_(
                F.conv2d(x, weights[f"{layer}.weight"], weights[f"{layer}.bias"], padding=1)
            )
            sums[layer] = sums[layer] + x.sum(dim=(0, 2, 3), dtype=torch.float64)
            positions[layer] += x.shape[0] * x.shape[2] * x.shape[3]
    return {f"{layer}.mean": (sums[layer] / positions[layer]).float() for layer in layers}


def normalize(weights: Mapping[str, Tensor], means: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights whose mean activations are 1; `means` is from `mean_activations`.

    With s the means of a layer and t those of the layer before (1 for the image's channels):
    w'[o, i] = w[o, i] * t[i] / s[o] and b'[o] = b[o] / s[o].
    """
    normalized: dict[str, Tensor] = {}
    before = torch.ones(3)
    for layer in _layers(weights):
        weight, bias = weights[f"{layer}.weight"], weights[f"{layer}.bias"]
        scale, inputs = _alive(means[f"{layer}.mean"]).to(bias), before.to(bias)
        normalized[f"{layer}.weight"] = weight * inputs.view(1, -1, 1, 1) / scale.view(-1, 1, 1, 1)
        normalized[f"{layer}.bias"] = bias / scale
        before = scale
    return normalized


def _alive(means: Tensor) -> Tensor:
    return torch.where(means > DEAD * means.median(), means, torch.ones_like(means))


def _layers(weights: Mapping[str, Tensor]) -> list[str]:
    """Names sort in the order of computation: no block has ten layers."""
    return sorted(name.removesuffix(".bias") for name in weights if name.endswith(".bias"))
