"""Structural similarity."""

from torchmetrics.functional.image import structural_similarity_index_measure

from impasto.contracts import Image
from impasto.evaluation.views import content_for
from impasto.images.color import luma_601
from impasto.images.picture import check_side

WINDOW = 11
"""Pixels of the Gaussian window with a deviation of 1.5, as in the paper."""


def ssim(output: Image, content: Image, style: Image) -> float:
    """Return the mean SSIM of luma, in [-1, 1]; 1 for identical pictures.

    Paper: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
    structural similarity", IEEE TIP 2004, eq. 13, with C1 = 0.01² and C2 = 0.03².

    Raises:
        ImageError: a side of the output is shorter than the window.
    """
    check_side(output, "the output", WINDOW)
    pictures = (luma_601(image.double()) for image in (output, content_for(output, content)))
    value = structural_similarity_index_measure(*pictures, sigma=1.5, data_range=1.0)
    return float(value)  # type: ignore[arg-type]
