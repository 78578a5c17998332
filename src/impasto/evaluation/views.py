"""Pictures brought to sizes at which they can be compared.

The photo is compared pixel by pixel, so it takes the output's size. The painting is compared by its
statistics, which depend on how large a brush stroke is: it keeps its proportions, and its longer
side becomes the output's, as every recipe sees it.

What is resized is rounded to 8 bits, as the output was when it was saved. With the fractions that
resizing brings about, a photo that was saved at the output's size would not equal the photo.
"""

from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.images.color import luma_601
from impasto.images.picture import as_saved, check_image, check_side
from impasto.images.resize import fit, resize, size_of

LARGEST = 1024
"""Pixels of the longer side at which a larger picture is measured: the memory that the features of
VGG-16 take grows with the area."""


def comparable(output: Image, content: Image, style: Image) -> tuple[Image, Image, Image]:
    """Return the output, at most LARGEST, the photo at its size, the painting with its longer side.

    Raises:
        ImageError: a picture isn't one.
    """
    output = check_image(output, "the output")
    content, style = check_image(content, "the content"), check_image(style, "the style")
    if max(size_of(output)) > LARGEST:
        output = with_longer_side(output, LARGEST)
    return output, scaled(content, size_of(output)), with_longer_side(style, max(size_of(output)))


def scaled(image: Image, size: tuple[int, int]) -> Image:
    """Return an image at a size (h, w), in 8 bits; the same image if it has that size."""
    return image if size_of(image) == size else as_saved(resize(image, size))


def with_longer_side(image: Image, side: int) -> Image:
    """Return an image with a longer side of so many pixels, in 8 bits; the same if it has that."""
    return scaled(image, fit(size_of(image), side))


def with_content(output: Image, content: Image, least: int = 1) -> tuple[Image, Image]:
    """Return the output, and the photo at its size.

    Raises:
        ImageError: a side is shorter than `least` pixels.
    """
    check_side(output, "the output", least)
    return output, scaled(content, size_of(output))


def with_style(output: Image, style: Image, least: int = 1) -> tuple[Image, Image]:
    """Return the output, and the painting with the output's longer side.

    Raises:
        ImageError: a side of one of the two is shorter than `least` pixels.
    """
    painting = with_longer_side(style, max(size_of(output)))
    check_side(output, "the output", least)
    check_side(painting, "the painting, with the output's longer side,", least)
    return output, painting


def lumas(
    output: Image, content: Image, least: int = 1
) -> tuple[Float[Tensor, "h w"], Float[Tensor, "h w"]]:
    """Return BT.601 luma of the output and of the photo at its size, in [0, 1], float64.

    Raises:
        ImageError: a side is shorter than `least` pixels.
    """
    here, there = with_content(output, content, least)
    return luma_601(here.double())[0, 0], luma_601(there.double())[0, 0]
