"""How far the features that show the content have moved."""

from impasto.contracts import Image
from impasto.evaluation.views import with_content
from impasto.evaluation.vision import features

LAYER = "relu4_2"
LEAST = 8  # pixels of a side: one position of relu4_2


def content_distance(output: Image, content: Image, style: Image) -> float:
    """Return ‖F(output) - F(content)‖² / ‖F(content)‖² at relu4_2 of VGG-16; 0 if identical.

    Paper: Gatys, Ecker and Bethge, CVPR 2016, eq. 1, divided by the content's own energy.

    Raises:
        ImageError: a side of the output is shorter than 8 pixels.
    """
    pictures = with_content(output, content, LEAST)
    here, there = (features(image, LAYER).double() for image in pictures)
    return ((here - there).square().sum() / there.square().sum()).item()
