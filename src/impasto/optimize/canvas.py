"""The picture that is optimized: what it starts from, and in which numbers it is written."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from impasto.choices import Parameterization
from impasto.contracts import Develop, Image, as_it_is
from impasto.shelf import computed, summed
from impasto.weights.table import CAFFE, IMAGENET_MEAN, IMAGENET_STD

MARGIN = 0.02
"""How far from 0 and 1 a start in logits keeps. There σ is flat and no gradient comes through: with
half a gray level, a burnt-out sky stays white and a black helmet black whatever the painting asks
for; with five, both are painted like the rest."""


class Picture(NamedTuple):
    """An image as the numbers that it is made of, so that it needn't lie there twice."""

    numbers: Tensor
    develop: Develop = as_it_is

    def image(self) -> Image:
        """Make it."""
        return self.develop(self.numbers)


@dataclass(frozen=True)
class Canvas:
    """A picture written as parameters p, of the same shape (1, 3, h, w)."""

    parameterization: Parameterization
    pixel_range: float

    def parameters(self, image: Image) -> Tensor:
        """Return the p of an image; the inverse of `image`."""
        if self.parameterization == "logits":
            return computed(_logits, image)
        if self.parameterization == "normalized":
            return (image - _channels(IMAGENET_MEAN, image)) / _channels(IMAGENET_STD, image)
        return computed(partial(torch.mul, other=self.pixel_range), image)

    def image(self, parameters: Tensor) -> Tensor:
        """Return the image of p, differentiable; it may leave [0, 1] except with "logits"."""
        if self.parameterization == "logits":
            return _Sigmoid.apply(parameters)
        if self.parameterization == "normalized":
            std, mean = (
                _channels(IMAGENET_STD, parameters),
                _channels(IMAGENET_MEAN, parameters),
            )
            return parameters * std + mean
        return parameters / self.pixel_range

    def in_gamut(self, parameters: Tensor) -> bool:
        """Return whether the image of p is one that can be saved as it is."""
        if self.parameterization == "logits":
            return not math.isnan(summed(torch.sum, parameters))
        low, high = self.image(parameters).aminmax()
        return low.item() >= 0 and high.item() <= 1

    def project(self, parameters: Tensor) -> Tensor:
        """Put p back where it belongs after a step."""
        if self.parameterization == "clamped":
            return computed(partial(torch.clamp, min=0, max=self.pixel_range), parameters)
        return parameters


def noise_image(
    size: tuple[int, int],
    *,
    kind: Literal["normal", "uniform"],
    spread: float,
    rng: torch.Generator,
) -> Tensor:
    """Return noise (1, 3, h, w) around the mean color of ImageNet.

    `spread` is the standard deviation of normal noise, or the half-width of uniform noise, in units
    where white is 1. The values may leave [0, 1].
    """
    shape = (1, 3, *size)
    if kind == "normal":
        noise = torch.randn(shape, generator=rng)
    else:
        noise = torch.rand(shape, generator=rng) * 2 - 1
    return _channels([level / 255 for level in CAFFE.mean], noise) + spread * noise


class _Sigmoid(torch.autograd.Function):
    """Keeps for the gradient what it is made of, which lies there anyway; torch keeps the image."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor) -> Tensor:
        ctx.save_for_backward(logits)
        return logits.sigmoid()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (logits,) = ctx.saved_tensors
        return torch.ops.aten.sigmoid_backward(gradients[0], logits.sigmoid())


def _logits(image: Tensor) -> Tensor:
    return image.clamp(MARGIN, 1 - MARGIN).logit()


def _channels(values: Sequence[float], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device).view(1, 3, 1, 1)
