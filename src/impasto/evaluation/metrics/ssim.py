"""Structural similarity."""

from typing import cast

import numpy as np
from skimage.metrics import structural_similarity

from impasto.contracts import Image
from impasto.evaluation.views import lumas

WINDOW = 11
"""Pixels of the Gaussian window with a deviation of 1.5, as in the paper."""


def ssim(output: Image, content: Image, style: Image) -> float:
    """Return the mean SSIM of luma, in [-1, 1]; 1 for identical pictures.

    Paper: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to
    structural similarity", IEEE TIP 2004, eq. 13, with C1 = 0.01² and C2 = 0.03².

    Raises:
        ImageError: a side of the output is shorter than the window.
    """
    here, there = lumas(output, content, WINDOW)
    return similarity(here.numpy(), there.numpy())


def similarity(here: np.ndarray, there: np.ndarray, luminance: bool = True) -> float:
    """Return the mean of luminance, contrast and structure, or of the last two alone.

    scikit-image leaves out a border of half a window, where the window would not lie inside.
    """
    value = structural_similarity(
        here,
        there,
        data_range=1.0,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        K1=0.01 if luminance else 1e6,  # beside 1e12 the means vanish: the first term is 1
    )
    return cast(float, value)
