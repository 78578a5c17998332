"""Features in, picture out: the mirror of an encoder, which can be entered at any of five levels.

Level k takes features of relu{k}_1. Each convolution mirrors the encoder's of the same name and is
called like it; where the encoder pools, the decoder enlarges to the nearest neighbor, or puts every
number back where the encoder found it. Li et al. ("Universal style transfer via feature
transforms", NeurIPS 2017; "A closed-form solution to photorealistic image stylization", ECCV 2018)
train one such decoder for each level; here the deeper ones end in the shallower ones, so that one
network is all of them. Only relu1_1, from which a linear map leads back, has one of its own.
"""

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.errors import ImpastoError
from impasto.networks.borders import bordered, enlarged
from impasto.networks.unpooling import unpool
from impasto.networks.vgg import layer_names
from impasto.weights.table import Architecture

LEVELS = (1, 2, 3, 4, 5)

ALONE = "alone"
"""The convolution that makes a picture of relu1_1. Shared with the deeper levels it learned 20 dB
where it reaches 47 by itself: they need one that forgives what is before it."""

Widths = tuple[int, int, int, int, int]

FULL: Widths = (64, 128, 256, 512, 512)
"""Channels of relu1_1 to relu5_1 in VGG-16 and VGG-19."""


def mirror(architecture: Architecture, level: int) -> tuple[str, ...]:
    """Return the layers from relu{level}_1 back to the picture; a pool stands for its contrary.

    Raises:
        ImpastoError: there is no such level.
    """
    if level not in LEVELS:
        raise ImpastoError(f"the level is {level}; expected one of {', '.join(map(str, LEVELS))}")
    names = layer_names(architecture)
    kept = names[: names.index(f"conv{level}_1") + 1]
    return tuple(name for name in reversed(kept) if not name.startswith("relu"))


class Decoder(torch.nn.Module):
    """A trainable decoder that begins at `level`, for features with these widths.

    `widths` are the channels at each level, that of the features that go in among them.
    """

    def __init__(self, architecture: Architecture, level: int = 5, widths: Widths = FULL) -> None:
        super().__init__()
        self.architecture: Architecture = architecture
        self.level = level
        self.convolutions = torch.nn.ModuleDict()
        channels = widths[level - 1]
        for name in mirror(architecture, level):
            if name.startswith("pool"):
                continue
            block, index = (int(each) for each in name.removeprefix("conv").split("_"))
            following = widths[block - 1] if index > 1 else (3, *widths)[block - 1]
            self.convolutions[name], channels = _convolution(channels, following), following
        self.convolutions[ALONE] = _convolution(widths[0], 3)

    def forward(
        self,
        features: Float[Tensor, "n c h w"],
        level: int | None = None,
        places: Sequence[Tensor] | None = None,
    ) -> Float[Tensor, "n 3 _ _"]:
        """Return a picture from features of relu{level}_1, around [0, 1]; by default the deepest.

        A step between two positions of the features is a step of 2^(level - 1) pixels. `places`
        are those of the maxima of each pool, the first pool first (`Encoder.trace`); None: enlarge
        to the nearest neighbor.

        Raises:
            ImpastoError: the level is deeper than the decoder, or the features are too small.
        """
        level = level or self.level
        if level > self.level:
            raise ImpastoError(f"the level is {level}; expected {self.level}, the deepest, at most")
        if min(features.shape[-2:]) < 2:
            h, w = features.shape[-2:]
            raise ImpastoError(f"the features have {h} x {w} positions; expected 2 x 2 at least")
        if level == 1:
            return self._convolve(ALONE, features)
        x = features
        for name in mirror(self.architecture, level):
            if not name.startswith("pool"):
                x = self._convolve(name, x)
                x = x if name == "conv1_1" else x.relu()
            elif places is None:
                x = enlarged(x)
            else:
                x = unpool(x, places[int(name.removeprefix("pool")) - 1])
        return x

    def _convolve(self, name: str, x: Tensor) -> Tensor:
        return self.convolutions[name](bordered(x))


def _convolution(inputs: int, outputs: int) -> torch.nn.Conv2d:
    convolution = torch.nn.Conv2d(inputs, outputs, 3)
    torch.nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
    return convolution


def restored_decoder(
    architecture: Architecture, weights: Mapping[str, Tensor], level: int | None = None
) -> Decoder:
    """Return the decoder that these weights are of, as wide and, unless a level is given, as deep.

    Raises:
        ImpastoError: they don't begin so deep.
    """
    inputs = [
        weights[name].shape[1]
        for name in (f"convolutions.conv{each}_1.weight" for each in LEVELS)
        if name in weights
    ]
    level = level or len(inputs)
    if level > len(inputs):
        raise ImpastoError(f"the level is {level}; expected {len(inputs)}, the deepest, at most")
    first, second, third, fourth, fifth = (*inputs, *FULL[len(inputs) :])
    decoder = Decoder(architecture, level, (first, second, third, fourth, fifth))
    own = decoder.state_dict()
    decoder.load_state_dict({name: weights[name] for name in own})
    return decoder


def decoder_margin(architecture: Architecture, level: int) -> int:
    """Return how many pixels of the picture a position of the features acts on beyond its own.

    Each convolution looks one position further, of a size that halves with every enlargement. It is
    a multiple of the stride of the features.
    """
    pixels, step = 0, 2 ** (level - 1)
    for name in mirror(architecture, level):
        if name.startswith("pool"):
            step //= 2
        else:
            pixels += step
    return pixels + -pixels % 2 ** (level - 1)
