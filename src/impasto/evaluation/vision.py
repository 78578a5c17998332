"""What the judge's network sees, looked at once per picture.

It is the shipped VGG-16 in float32 with its own maximum pools, whatever the recipe computed in. A
dozen metrics ask for the same layers of the same pictures.
"""

from functools import cache
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.remember import remembered
from impasto.features.statistics import Moments, mix
from impasto.features.statistics import moments as measure
from impasto.images.resize import size_of
from impasto.networks.encoder import Encoder, load_encoder
from impasto.networks.vgg import stride

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""The layers on which nearly every published system optimizes style."""

LAYERS = (*STYLE_LAYERS, "relu3_3", "relu4_2")
"""All that metrics here look at."""

POSITIONS = 65_536
"""At most so many of a layer are kept, on a regular grid: all of a picture of 256 x 256 at relu1_1,
of 512 x 512 from relu2_1 on. More cost memory. With all of them `sliced-wasserstein`,
the only metric that lacks some at 512 pixels, changed by 0.6 % at most (photos of four pairs of
`examples/`, plain and in the painting's colors), and at 1024 pixels by 1 % (one of the pairs)."""

KEPT = 4
"""Pictures: photo, painting, output and the output before, which goes first when a table looks at
one result after the other. About 0.1 GB each at 512 pixels, 0.3 GB at 1024."""


class Seen(NamedTuple):
    """What is kept of a layer: features (1, c, h, w) on the grid, and moments in float64."""

    features: Float[Tensor, "1 c h w"]
    moments: Moments


def features(image: Image, layer: str) -> Float[Tensor, "1 c h w"]:
    """Return the features of a layer at up to POSITIONS places, float32.

    Raises:
        ValueError: there is no such layer, or the picture is too small for it.
    """
    return _see(image, layer).features


def moments(image: Image, layer: str) -> Moments:
    """Return mean and second moment over all positions of a layer, float64.

    Raises:
        ValueError: there is no such layer, or the picture is too small for it.
    """
    return _see(image, layer).moments


def rows(found: Float[Tensor, "1 c h w"], most: int = POSITIONS) -> Float[Tensor, "n c"]:
    """Return features as one row per position; of more than `most`, a regular grid of them."""
    return thinned(found, most)[0].flatten(1).T


def thinned(found: Float[Tensor, "1 c h w"], most: int) -> Float[Tensor, "1 c _ _"]:
    """Return every second, third, ... row and column, so that at most `most` positions remain."""
    h, w = size_of(found)
    step = 1
    while -(-h // step) * -(-w // step) > most:
        step += 1
    return found[..., ::step, ::step]


def moments_in_pieces(found: Float[Tensor, "1 c h w"]) -> Moments:
    """Return moments in float64, over a part of the picture at a time, which bounds memory."""
    h, w = size_of(found)
    pieces = found.split(max(1, POSITIONS // w), dim=2)
    shares = [piece.shape[2] / h for piece in pieces]
    return mix(shares, [measure(piece.double()) for piece in pieces])


def _see(image: Image, layer: str) -> Seen:
    seen = _look(image)
    if layer in seen:
        return seen[layer]
    # The picture is too small for this layer, which the encoder says, or no metric looks at it.
    return _summarize(_encoder()(image, [layer])[layer])


@remembered(KEPT)
@torch.no_grad()
def _look(image: Image) -> dict[str, Seen]:
    deep_enough = [layer for layer in LAYERS if min(size_of(image)) >= stride(layer)]
    found = _encoder()(image, deep_enough)
    return {layer: _summarize(found.pop(layer)) for layer in deep_enough}


def _summarize(found: Float[Tensor, "1 c h w"]) -> Seen:
    # clone: a view of the grid would keep all of the layer
    return Seen(thinned(found, POSITIONS).clone(), moments_in_pieces(found))


@cache
def _encoder() -> Encoder:
    return load_encoder("vgg16")
