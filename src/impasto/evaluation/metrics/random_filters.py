"""Gram matrices of a network that nobody trained and nobody optimized."""

import math
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.remember import remembered
from impasto.evaluation.views import with_style

SEED = 2017
"""Of the filters, published so that anyone gets the same number: RandomState never changes."""
SIDES = (3, 5, 7, 11, 15, 23, 37, 55)
"""Pixels of the filters: the paper's eight scales."""
FILTERS = 32
"""Per scale; the paper draws 128, which only makes the estimate steadier."""
OVERLAP = 7
"""A filter of `side` pixels steps by a seventh of it, at least by one pixel: neighbors still share
six sevenths of what they see, and the largest filters take no longer than the small ones."""


def random_filter_distance(output: Image, content: Image, style: Image) -> float:
    """Return ‖G - A‖² / ‖A‖² over random filters of eight sizes, on average; 0 for the painting.

    One layer of filters drawn at random, a ReLU, and Gram matrices, which are enough to make
    textures that look as good as VGG's. No weights of anybody, and no recipe descends on them.
    Paper: Ustyuzhaninov, Brendel, Gatys and Bethge, "What does it take to generate natural
    textures?", ICLR 2017, section 2.
    Differs: 32 filters of each size and not 128, a Gram matrix for each size and not one for all,
    and large filters are not tried at every pixel.

    Raises:
        ImageError: a side is shorter than 55 pixels.
    """
    here, there = (gram_matrices(image) for image in with_style(output, style, max(SIDES)))
    relative = (here - there).square().sum((1, 2)) / there.square().sum((1, 2))
    return relative.mean().item()


@remembered(4)
def gram_matrices(image: Image) -> Float[Tensor, "scales filters filters"]:
    """Return F Fᵀ / N of the rectified responses, scale by scale; colors are centered at ½."""
    grams: list[Tensor] = []
    for filters in _filters():
        stride = max(1, filters.shape[-1] // OVERLAP)
        response = F.conv2d(image - 0.5, filters, stride=stride)[0].clamp(min=0).flatten(1)
        grams.append((response @ response.T / response.shape[1]).double())
    return torch.stack(grams)


@cache
def _filters() -> list[Float[Tensor, "filters 3 side side"]]:
    """Draw filters whose squares sum to 1 on average, so that all scales respond alike."""
    rng = np.random.RandomState(SEED)
    drawn = [
        rng.standard_normal((FILTERS, 3, side, side)) / math.sqrt(3 * side**2) for side in SIDES
    ]
    return [torch.from_numpy(filters).float() for filters in drawn]
