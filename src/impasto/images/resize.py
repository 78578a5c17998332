"""Sizes, and images brought to them. Sizes are (h, w)."""

import math

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from impasto.choices import Side
from impasto.images.picture import ImageError
from impasto.shelf import shelve

TOLERANCE = 0.02
"""Of proportions: cropping by hand is not exact, and nobody sees so little of a stretch."""


def fit(size: tuple[int, int], side: int, of: Side = "longer") -> tuple[int, int]:
    """Return the size (h, w) whose longer side, shorter side, height or root of area is `side`.

    The picture keeps its proportions: rounded to the nearest pixel, halves up, and at least 1.

    Raises:
        ImageError: `side` is less than 1.
    """
    if side < 1:
        raise ImageError(f"the size is {side} pixels; expected at least 1; choose a larger one")
    h, w = size
    lengths = {"longer": max(h, w), "shorter": min(h, w), "height": h, "area": math.sqrt(h * w)}

    def scaled(length: int) -> int:
        return max(1, math.floor(length * side / lengths[of] + 0.5))

    return scaled(h), scaled(w)


def same_proportions(size: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two pictures of these sizes (h, w) lie on each other when one is enlarged.

    Sides were rounded to pixels, each by half of one at most, which changes the proportions of a
    small picture by more than those of a large one.
    """
    (h, w), (other_h, other_w) = size, other
    return abs(h * other_w / (w * other_h) - 1) <= max(TOLERANCE, 1 / min(*size, *other))


def size_of(image: Float[Tensor, "... h w"]) -> tuple[int, int]:
    """Return the size (h, w) of an image, a mask or a whole stack of them."""
    return image.shape[-2], image.shape[-1]


def resize(
    image: Float[Tensor, "n c h w"], size: tuple[int, int]
) -> Float[Tensor, "n c height width"]:
    """Return an image in [0, 1] at another size (h, w), again in [0, 1].

    Bicubic, the sharpest filter that torch offers, and anti-aliased, without which a shrunken
    painting shows moiré where it had canvas. Its overshoot at edges is clamped. The filter works on
    sRGB values, as everything does that the published systems used.
    """
    if size_of(image) == tuple(size):
        return image
    return functional.interpolate(image, size, mode="bicubic", antialias=True).clamp_(0, 1)


def resize_masks(
    masks: Float[Tensor, "k c h w"], size: tuple[int, int]
) -> Float[Tensor, "k c height width"]:
    """Return masks (or any planes) at another size (h, w).

    Bilinear and anti-aliased: a weighted mean, so that nothing overshoots and masks that add up to
    one at every pixel still do.
    """
    if size_of(masks) == tuple(size):
        return masks
    return functional.interpolate(masks, size, mode="bilinear", antialias=True)


def extended(planes: Float[Tensor, "k c h w"], multiple: int) -> Float[Tensor, "k c _ _"]:
    """Return planes whose sides are multiples of a number, mirrored below and to the right."""
    fits = not any(side % multiple for side in size_of(planes))
    return planes if fits else shelve(mirrored(planes, multiple))


def mirrored(planes: Float[Tensor, "k c h w"], multiple: int) -> Float[Tensor, "k c _ _"]:
    """Return what `extended` does, as one operation: the sides of a graph may be unknown."""
    h, w = planes.shape[-2:]
    return functional.pad(planes, (0, -w % multiple, 0, -h % multiple), mode="reflect")
