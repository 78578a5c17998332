"""Gram matrices of a network that nobody trained and nobody optimized."""

from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import style_for
from impasto.images.picture import check_side

SEED = 2017  # of the filters, published so that anyone gets the same number
SIDES = (3, 5, 7, 11, 15, 23, 37, 55)
"""Pixels of the filters: the paper's eight scales."""
FILTERS = 32
"""Per scale; the paper draws 128, which only makes the estimate steadier."""


def random_filter_distance(output: Image, content: Image, style: Image) -> float:
    """Return ‖G - A‖² / ‖A‖² over random filters of eight sizes, on average; 0 for the painting.

    One layer of filters drawn at random, a ReLU, and Gram matrices, which are enough to make
    textures that look as good as VGG's. No weights of anybody, and no recipe descends on them.
    Paper: Ustyuzhaninov, Brendel, Gatys and Bethge, "What does it take to generate natural
    textures?", ICLR 2017, section 2.
    Differs: 32 filters of each size and not 128.

    Raises:
        ImageError: a side is shorter than 55 pixels.
    """
    here, there = (gram_matrices(image) for image in (output, style_for(output, style)))
    relative = (here - there).square().sum((1, 2)) / there.square().sum((1, 2)).clamp(min=1e-30)
    return relative.mean().item()


def gram_matrices(image: Image) -> Float[Tensor, "scales filters filters"]:
    """Return F Fᵀ / N of the rectified responses, scale by scale; colors are centered at ½."""
    check_side(image, "the picture", max(SIDES))
    grams: list[Tensor] = []
    for filters in _filters():
        response = convolve(image[0] - 0.5, filters).clamp(min=0).flatten(1)
        grams.append(response @ response.T / response.shape[1])
    return torch.stack(grams)


def convolve(
    planes: Float[Tensor, "3 h w"], filters: Float[Tensor, "k 3 side side"]
) -> Float[Tensor, "k _ _"]:
    """Return the correlation where the filter lies inside the picture, through Fourier space."""
    side, size = filters.shape[-1], planes.shape[-2:]
    spectrum = torch.fft.rfft2(planes)
    found = [
        torch.fft.irfft2((spectrum * torch.fft.rfft2(each, s=size).conj()).sum(0), s=size)
        for each in filters
    ]
    return torch.stack(found)[:, : size[0] - side + 1, : size[1] - side + 1]


@cache
def _filters() -> list[Tensor]:
    """Draw filters whose squares sum to 1 on average, so that all scales respond alike."""
    rng = torch.Generator().manual_seed(SEED)
    return [
        torch.randn(FILTERS, 3, side, side, generator=rng) / (3 * side**2) ** 0.5 for side in SIDES
    ]
