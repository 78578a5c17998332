"""Pictures brought to sizes at which they can be compared.

The photo is compared pixel by pixel, so it takes the output's size. The painting is compared by its
statistics, which depend on how large a brush stroke is: it keeps its proportions, and its longer
side becomes the output's, as every recipe sees it.
"""

from impasto.contracts import Image
from impasto.images.resize import fit, resize, size_of


def content_for(output: Image, content: Image) -> Image:
    """Return the photo at the output's size."""
    return resize(content, size_of(output))


def style_for(output: Image, style: Image) -> Image:
    """Return the painting with the output's longer side."""
    return resize(style, fit(size_of(style), max(size_of(output))))
