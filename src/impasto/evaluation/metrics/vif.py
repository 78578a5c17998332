"""Visual information fidelity."""

from torchmetrics.functional.image import visual_information_fidelity

from impasto.contracts import Image
from impasto.evaluation.views import content_for
from impasto.images.color import luma_601
from impasto.images.picture import check_side

LEAST = 41
"""Pixels of a side, so that the fourth scale still holds its window."""


def vif(output: Image, content: Image, style: Image) -> float:
    """Return the share of the photo's visual information that the output still has; about [0, 1].

    1 for identical pictures; above 1 where contrast was raised.
    Paper: Sheikh and Bovik, "Image information and visual quality", IEEE TIP 2006, in the pixel
    domain with four scales and a noise variance of 2 on pixels in [0, 255].

    Raises:
        ImageError: a side of the output is shorter than 41 pixels.
    """
    check_side(output, "the output", LEAST)
    pictures = (255 * luma_601(image.double()) for image in (output, content_for(output, content)))
    return float(visual_information_fidelity(*pictures))
