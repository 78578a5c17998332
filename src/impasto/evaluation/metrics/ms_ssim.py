"""Structural similarity over five scales."""

import math

import torch.nn.functional as F

from impasto.contracts import Image
from impasto.evaluation.metrics.ssim import WINDOW, similarity
from impasto.evaluation.views import lumas

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
"""Of the five scales, each half as large as the one before; measured on people by Wang et al."""

LEAST = WINDOW * 2 ** (len(WEIGHTS) - 1)
"""Pixels of a side, so that the smallest scale still holds the window."""


def ms_ssim(output: Image, content: Image, style: Image) -> float:
    """Return the MS-SSIM of luma, in [0, 1]; 1 for identical pictures.

    Contrast and structure at every scale, luminance at the smallest only. Scales are halved by
    averaging 2 x 2 pixels; where a side is odd, its last row or column is left out.
    Paper: Wang, Simoncelli and Bovik, "Multiscale structural similarity for image quality
    assessment", Asilomar 2003, eq. 7. A scale whose mean is negative counts as 0.

    Raises:
        ImageError: a side of the output is shorter than 176 pixels.
    """
    here, there = (luma[None, None] for luma in lumas(output, content, LEAST))
    terms: list[float] = []
    for scale, weight in enumerate(WEIGHTS, start=1):
        last = scale == len(WEIGHTS)
        value = similarity(here[0, 0].numpy(), there[0, 0].numpy(), luminance=last)
        terms.append(max(value, 0.0) ** weight)
        here, there = F.avg_pool2d(here, 2), F.avg_pool2d(there, 2)
    return math.prod(terms)
