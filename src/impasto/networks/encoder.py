"""An image in, named features out.

The encoder owns its preprocessing: whoever calls it knows only that an image is sRGB in [0, 1].
"""

import json
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TypedDict, Unpack

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.choices import Kernels, Padding, Pooling, PoolRounding
from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.networks.lean import Kernel, convolve, convolve_rectify, make_kernel, max_pool
from impasto.networks.vgg import Architecture, check_layers, layer_names, least_side, stride
from impasto.weights.store import load_weights


class Encoder:
    """A frozen VGG that returns the features of the layers that are asked for.

    `weights` maps "conv1_1.weight", "conv1_1.bias" and so on to tensors. `metadata` says how its
    input is made, as in the weight files: "architecture", "channels" (the order that the first
    convolution expects), "mean" and "std" (JSON lists in RGB order, white being 255).
    """

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        metadata: Mapping[str, str],
        *,
        pooling: Pooling = "max",
        pool_rounding: PoolRounding = "down",
        kernels: Kernels = "upright",
        padding: Padding = "zeros",
        dtype: torch.dtype = torch.float32,
        device: torch.device | str = "cpu",
    ) -> None:
        self.architecture: Architecture = (
            "vgg19" if metadata["architecture"] == "vgg19" else "vgg16"
        )
        self.pooling, self.pool_rounding = pooling, pool_rounding
        self.padding, self.dtype = padding, dtype
        wide = torch.float64 if dtype == torch.float64 else torch.float32
        self.mean = torch.tensor(json.loads(metadata["mean"]), dtype=wide, device=device)
        self.std = torch.tensor(json.loads(metadata["std"]), dtype=wide, device=device)
        self.kernels: dict[str, Kernel] = {}
        for name in layer_names(self.architecture):
            if f"{name}.weight" in weights:
                weight = weights[f"{name}.weight"]
                if name == "conv1_1" and metadata["channels"] == "BGR":
                    weight = weight.flip(1)  # once here, so that all of impasto speaks RGB
                if kernels == "transposed":
                    weight = weight.transpose(2, 3)
                bias = weights[f"{name}.bias"].to(device, dtype)
                self.kernels[name] = make_kernel(weight.to(device, dtype), bias)

    def __call__(
        self, image: Image, layers: Iterable[str], *, input_range: float = 255.0
    ) -> dict[str, Tensor]:
        """Return the features (1, c, h, w) of each layer, in the encoder's dtype.

        `input_range` is the value that white has at the network's input before the mean is taken
        off. All networks here were trained with 255; one published system feeds 256.

        Raises:
            ValueError: a layer is unknown, or the image is too small for the deepest of them.
        """
        wanted = list(dict.fromkeys(layers))
        check_layers(self.architecture, wanted)
        self._check_size(image, wanted)
        x = (image * input_range - self.mean.view(1, 3, 1, 1)) / self.std.view(1, 3, 1, 1)
        x = x.to(self.dtype).contiguous(memory_format=torch.channels_last)
        features: dict[str, Tensor] = {}
        for name, following in pairwise((*layer_names(self.architecture), "")):
            if len(features) == len(wanted):
                break
            x = self._layer(name, x, wanted, following)
            if name in wanted:
                features[name] = x
        return {name: features[name] for name in wanted}

    def _layer(self, name: str, x: Tensor, wanted: list[str], following: str) -> Tensor:
        """Return what a layer makes of x. A convolution does the work of its ReLU too if it can."""
        if name.startswith("pool"):
            return self._pool(x)
        convolution = name.replace("relu", "conv")
        if name.startswith("conv"):
            return convolve(*self._padded(name, x)) if name in wanted else x
        if convolution in wanted:
            return F.relu(x)
        pooled = following.startswith("pool") and self.pooling == "max" and name not in wanted
        return convolve_rectify(*self._padded(convolution, x), pooled=pooled)

    def _pool(self, x: Tensor) -> Tensor:
        partial = self.pool_rounding == "up"
        if self.pooling == "max":
            return max_pool(x, partial=partial)
        return F.avg_pool2d(x, 2, ceil_mode=partial)

    def _padded(self, name: str, x: Tensor) -> tuple[Tensor, Kernel, int]:
        """Return the input of a convolution, its kernel, and how many zeros are still to add."""
        padding = self.padding
        if padding == "replicate-first":
            padding = "replicate" if name == "conv1_1" else "zeros"
        if padding == "zeros":
            return x, self.kernels[name], 1
        return F.pad(x, (1, 1, 1, 1), mode=padding), self.kernels[name], 0

    def _check_size(self, image: Image, layers: list[str]) -> None:
        least = least_side(layers, self.padding)
        h, w = image.shape[-2:]
        if min(h, w) < least:
            deepest = max(layers, key=stride)
            raise ImpastoError(
                f"the picture is {w} x {h} pixels; the layer {deepest} needs at least "
                f"{least} x {least}: choose a larger size or a shallower layer"
            )


class Options(TypedDict, total=False):
    """How an encoder looks, and in which numbers: `Encoder` has the defaults."""

    pooling: Pooling
    pool_rounding: PoolRounding
    kernels: Kernels
    padding: Padding
    dtype: torch.dtype
    device: torch.device | str


def load_encoder(name: str, **options: Unpack[Options]) -> Encoder:
    """Join a network and its weights by name: "vgg16", "vgg16-normalized", "vgg19", "random".

    Raises:
        ValueError: the name is unknown, or its weights are not on this machine.
    """
    weights, metadata = load_weights(name)
    return Encoder(weights, metadata, **options)
