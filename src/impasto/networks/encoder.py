"""An image in, named features out.

The encoder owns its preprocessing: whoever calls it knows only that an image is sRGB in [0, 1].
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple, TypedDict, Unpack

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.choices import Kernels, Padding, Pooling, PoolRounding
from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.features.statistics import Moments, Probe, add, probe_moments
from impasto.heap import give_back
from impasto.networks.lean import (
    Kernel,
    convolve,
    convolve_rectify,
    convolve_rectify_measure,
    make_kernel,
)
from impasto.networks.pooling import average_pool, max_pool
from impasto.networks.strips import STRIP, STRIPPED, cut, join, strips
from impasto.networks.unpooling import pool_with_places
from impasto.networks.vgg import (
    block_of,
    blocks,
    check_layers,
    layer_names,
    least_side,
    stride,
)
from impasto.weights.store import load_weights
from impasto.weights.table import Architecture


class Observation(NamedTuple):
    """What was seen of a picture: features of layers, and moments for each share of a probe."""

    features: dict[str, Tensor]
    moments: dict[str, list[Moments]]


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
        self.device = torch.device(device)
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

        Raises:
            ValueError: a layer is unknown, or the image is too small for the deepest of them.
        """
        return self.observe(image, layers, input_range=input_range).features

    def observe(
        self,
        image: Image,
        layers: Iterable[str] = (),
        probes: Mapping[str, Probe] | None = None,
        *,
        input_range: float = 255.0,
    ) -> Observation:
        """Return the features of layers, and the moments of those where a probe looks.

        Moments cost less than the features that they are made of: a block of which no features are
        asked for is computed in strips of rows, and nothing of it is held whole.

        `input_range` is the value that white has at the network's input before the mean is taken
        off. All networks here were trained with 255; one published system feeds 256.

        Raises:
            ValueError: a layer is unknown, the image is too small for the deepest of them, or there
                are several images.
        """
        # A training casts what it calls; what is seen here is in the encoder's own arithmetic.
        with torch.autocast(image.device.type, enabled=False):
            return self._observe(image, list(dict.fromkeys(layers)), probes or {}, input_range)

    def trace(self, image: Image, layer: str) -> tuple[Tensor, list[Tensor]]:
        """Return the features of a layer after a ReLU, and the places of the maxima of each pool.

        See `unpooling.pool_with_places`; the features are those of an encoder with max pooling.

        Raises:
            ValueError: the layer is unknown, or the image is too small for it.
        """
        check_layers(self.architecture, [layer])
        self._check_size(image, [layer])
        places: list[Tensor] = []
        with torch.autocast(image.device.type, enabled=False):
            x = self._prepared(image, 255.0)
            for name in chain.from_iterable(blocks(self.architecture, [layer])):
                if name.startswith("pool"):
                    x, found = pool_with_places(x)
                    places.append(found)
                elif name.startswith("relu"):
                    x = convolve_rectify(
                        *self._padded(name.replace("relu", "conv"), x), pooled=False
                    )
        return x, places

    def _prepared(self, image: Image, input_range: float) -> Tensor:
        """Return what the first convolution expects."""
        if len(image) != 1:
            raise ImpastoError(
                f"{len(image)} images were given at once; expected one: the encoder looks at one "
                "after the other, in strips"
            )
        x = (image * input_range - self.mean.view(1, 3, 1, 1)) / self.std.view(1, 3, 1, 1)
        return x.to(self.dtype).contiguous(memory_format=torch.channels_last)

    def _observe(
        self,
        image: Image,
        wanted: Sequence[str],
        probes: Mapping[str, Probe],
        input_range: float,
    ) -> Observation:
        check_layers(self.architecture, [*wanted, *probes])
        self._check_size(image, [*wanted, *probes])
        x = self._prepared(image, input_range)
        features: dict[str, Tensor] = {}
        found: dict[str, list[Moments]] = {}
        for block in blocks(self.architecture, [*wanted, *probes]):
            if self._stays_whole(block, wanted, probes):
                x, seen = self._block(x, block, wanted, probes)
                features |= seen.features
            else:
                x, seen = self._in_strips(x, block, probes)
            found |= seen.moments
        return Observation({name: features[name] for name in wanted}, found)

    def _stays_whole(
        self, block: Sequence[str], wanted: Collection[str], probes: Mapping[str, Probe]
    ) -> bool:
        """Tell whether a block can't be cut into strips, or needn't."""
        return (
            block_of(block[0]) > STRIPPED
            or not block[-1].startswith("pool")
            or block[-1] in probes
            or any(name in wanted for name in block)
        )

    def _in_strips(
        self, x: Tensor, block: Sequence[str], probes: Mapping[str, Probe]
    ) -> tuple[Tensor, Observation]:
        """Compute a block strip by strip. Each convolution sees one row beyond its strip."""
        convolutions = sum(name.startswith("conv") for name in block)
        width = x.shape[-1] * self.kernels[block[0]].weight.shape[0]
        pieces = strips(x.shape[-2], STRIP // width, convolutions + convolutions % 2)
        pooled: list[Tensor] = []
        rows: list[slice] = []
        found: dict[str, list[Moments]] = {}
        for strip, piece in zip(pieces, cut(x, pieces), strict=True):
            there = {
                name: probes[name].between(strip.start, strip.stop, strip.low)
                for name in block
                if name in probes
            }
            y, seen = self._block(piece, block, (), there)
            stop = None if strip.stop == strip.high else (strip.stop - strip.low) // 2
            pooled.append(y)
            rows.append(slice((strip.start - strip.low) // 2, stop))
            for name, here in seen.moments.items():
                found[name] = add(found[name], here) if name in found else here
        x = join(pooled, rows)
        if len(pooled) > 1:
            give_back()
        return x, Observation({}, found)

    def _block(
        self,
        x: Tensor,
        block: Sequence[str],
        wanted: Collection[str],
        probes: Mapping[str, Probe],
    ) -> tuple[Tensor, Observation]:
        """Return what the last layer of a block makes of x, and what was to be seen on the way."""
        seen = Observation({}, {})
        looked_at = {*wanted, *probes}
        for name, following in pairwise((*block, "")):
            convolution = name.replace("relu", "conv")
            if name.startswith("pool"):
                x = self._pool(x)
            elif name == convolution:
                x = convolve(*self._padded(name, x)) if name in looked_at else x
            elif convolution in looked_at:
                x = F.relu(x)
            elif name in probes:
                hidden = name not in wanted and following != ""
                x, seen.moments[name] = convolve_rectify_measure(
                    *self._padded(convolution, x), probes[name], hidden=hidden
                )
            else:
                hidden = name not in wanted and self.pooling == "max"
                pooled = hidden and following.startswith("pool")
                x = convolve_rectify(*self._padded(convolution, x), pooled=pooled)
            if name in probes and name not in seen.moments:
                seen.moments[name] = probe_moments(x, probes[name])
            if name in wanted:
                seen.features[name] = x
        return x, seen

    def grid(self, layer: str, size: tuple[int, int]) -> tuple[int, int]:
        """Return the rows and columns of a layer of a picture (h, w)."""
        step = stride(layer)
        if self.pool_rounding == "up":
            return -(-size[0] // step), -(-size[1] // step)
        return size[0] // step, size[1] // step

    def _pool(self, x: Tensor) -> Tensor:
        partial = self.pool_rounding == "up"
        if self.pooling == "max":
            return max_pool(x, partial=partial)
        return average_pool(x, partial=partial)

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
