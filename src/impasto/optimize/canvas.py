"""The picture that is optimised: what it starts from, and in which numbers it is written."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from impasto.contracts import Image

Parameterization = Literal["logits", "clamped", "pixels", "normalized"]
"""
"logits"      x = σ(p): never leaves the gamut, so that the loss reported is the saved picture's
"clamped"     x = p, put back into the gamut after each step
"pixels"      x = p / pixel_range, free to leave the gamut, as most published systems do
"normalized"  x = mean + std · p with the statistics of ImageNet, free to leave the gamut
"""

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
CAFFE_MEAN = (123.68 / 255, 116.779 / 255, 103.939 / 255)

MARGIN = 0.02
"""How far from 0 and 1 a start in logits keeps. There σ is flat and no gradient comes through: with
half a grey level, a burnt-out sky stays white and a black helmet black whatever the painting asks
for; with five, both are painted like the rest."""


@dataclass(frozen=True)
class Canvas:
    """A picture written as parameters p, of the same shape (1, 3, h, w)."""

    parameterization: Parameterization = "logits"
    pixel_range: float = 1.0

    @property
    def bounded(self) -> bool:
        """Whether every p is a picture in gamut."""
        return self.parameterization in ("logits", "clamped")

    def parameters(self, image: Image) -> Tensor:
        """Return the p of an image; the inverse of `image`."""
        if self.parameterization == "logits":
            return image.clamp(MARGIN, 1 - MARGIN).logit()
        if self.parameterization == "normalized":
            return (image - _channels(IMAGENET_MEAN, image)) / _channels(IMAGENET_STD, image)
        return image * self.pixel_range

    def image(self, parameters: Tensor) -> Tensor:
        """Return the image of p, differentiable; out of [0, 1] where the canvas is not bounded."""
        if self.parameterization == "logits":
            return parameters.sigmoid()
        if self.parameterization == "normalized":
            std, mean = (
                _channels(IMAGENET_STD, parameters),
                _channels(IMAGENET_MEAN, parameters),
            )
            return parameters * std + mean
        return parameters / self.pixel_range

    def project(self, parameters: Tensor) -> Tensor:
        """Put p back where it belongs after a step."""
        if self.parameterization == "clamped":
            return parameters.clamp(0, self.pixel_range)
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
    return _channels(CAFFE_MEAN, noise) + spread * noise


def _channels(values: tuple[float, float, float], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device).view(1, 3, 1, 1)
