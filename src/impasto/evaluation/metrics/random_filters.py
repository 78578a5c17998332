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
FILTERS = 64
"""Per scale. Over ten seeds numbers deviate by 3 to 8 %, with 32 filters by 6 to 21 %, and with 128
still by 3 to 9 %: three photos of `examples/`, plain and in a painting's colors, at 192 pixels."""
STEPS = 4
"""A filter of `side` pixels moves by a quarter of it, at least by one pixel: neighbors still share
three quarters of what they see, and the largest filters take no longer than the small ones."""
PLAIN = 1e-20
"""Energies below this are rounding: a painting without any texture has no distance to it."""


def random_filter_distance(output: Image, content: Image, style: Image) -> float:
    """Return ‖G - A‖² / ‖A‖² over random filters of eight sizes, on average; 0 for the painting.

    One layer of filters drawn at random, a ReLU, and Gram matrices, which suffice to make natural
    textures, as the paper shows. No weights of anybody, and no recipe descends on them.
    Paper: Ustyuzhaninov, Brendel, Gatys and Bethge, "What does it take to generate natural
    textures?", ICLR 2017, section 2.
    Differs: filters are normally distributed, where the authors' program draws them uniformly. They
    have zero mean, because brightness and a cast outweigh all texture otherwise, and by how much
    depends on the seed; `color` sees these. They stay inside the picture, which is not padded. 64
    of each size and not 128, a Gram matrix for each size and not one for all; large filters are not
    tried at every pixel.

    Raises:
        ImageError: a side is shorter than 55 pixels.
    """
    here, there = (gram_matrices(image) for image in with_style(output, style, max(SIDES)))
    energy = there.square().sum((1, 2))
    relative = (here - there).square().sum((1, 2)) / energy.where(energy > PLAIN, torch.nan)
    return relative.mean().item()


@remembered(4)
def gram_matrices(image: Image) -> Float[Tensor, "scales filters filters"]:
    """Return F Fᵀ / N of the rectified responses, scale by scale."""
    grams: list[Tensor] = []
    for filters in _filters():
        stride = max(1, filters.shape[-1] // STEPS)
        response = F.conv2d(image, filters, stride=stride)[0].relu_().flatten(1)
        grams.append((response @ response.T / response.shape[1]).double())
    return torch.stack(grams)


@cache
def _filters() -> list[Float[Tensor, "filters 3 side side"]]:
    """Draw filters whose squares sum to 1 on average, so that all scales respond alike."""
    rng = np.random.RandomState(SEED)
    drawn = [rng.standard_normal((FILTERS, 3, side, side)) for side in SIDES]
    centered = [each - each.mean((2, 3), keepdims=True) for each in drawn]
    return [torch.from_numpy(each / math.sqrt(each[0].size - 3)).float() for each in centered]
