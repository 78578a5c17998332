"""Structural similarity over five scales."""

from torchmetrics.functional.image import multiscale_structural_similarity_index_measure

from impasto.contracts import Image
from impasto.evaluation.metrics.ssim import WINDOW
from impasto.evaluation.views import content_for
from impasto.images.color import luma_601
from impasto.images.picture import check_side

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the five scales, each half as large as the one before; measured on people by Wang et al."""

LEAST = (WINDOW - 1) * 2 ** (len(WEIGHTS) - 1) + 1
"""Pixels of a side, so that the smallest scale still holds the window."""


def ms_ssim(output: Image, content: Image, style: Image) -> float:
    """Return the MS-SSIM of luma, in [0, 1]; 1 for identical pictures.

    Paper: Wang, Simoncelli and Bovik, "Multiscale structural similarity for image quality
    assessment", Asilomar 2003, eq. 7. A scale whose contrast term is negative counts as 0.

    Raises:
        ImageError: a side of the output is shorter than 161 pixels.
    """
    check_side(output, "the output", LEAST)
    pictures = (luma_601(image.double()) for image in (output, content_for(output, content)))
    value = multiscale_structural_similarity_index_measure(
        *pictures, sigma=1.5, data_range=1.0, betas=WEIGHTS, normalize="relu"
    )
    return float(value)
