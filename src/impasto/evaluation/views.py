"""Pictures brought to sizes at which they can be compared.

The photo is compared pixel by pixel, so it takes the output's size. The painting is compared by its
statistics, which depend on how large a brush stroke is: it keeps its proportions, and its longer
side becomes the output's, as every recipe sees it.
"""

from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.images.color import luma_601
from impasto.images.picture import check_side
from impasto.images.resize import fit, resize, size_of


def with_content(output: Image, content: Image, least: int = 1) -> tuple[Image, Image]:
    """Return the output, and the photo at its size.

    Raises:
        ImageError: a side is shorter than `least` pixels.
    """
    check_side(output, "the output", least)
    return output, resize(content, size_of(output))


def with_style(output: Image, style: Image, least: int = 1) -> tuple[Image, Image]:
    """Return the output, and the painting with the output's longer side.

    Raises:
        ImageError: a side of one of the two is shorter than `least` pixels.
    """
    painting = resize(style, fit(size_of(style), max(size_of(output))))
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
