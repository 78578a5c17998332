"""Peak signal-to-noise ratio."""

import math

from impasto.contracts import Image
from impasto.evaluation.views import with_content

LEAST_ERROR = 1e-10
"""Below what 8 bits can hold by four orders: identical pictures have 100 dB, and not infinity."""
MOST = -10 * math.log10(LEAST_ERROR)


def psnr(output: Image, content: Image, style: Image) -> float:
    """Return 10 log10(1 / MSE) over all pixels and channels, in dB; from 0 to 100.

    Meant for the identity test: where photo and painting are one picture, the ideal output is that
    picture, and what is missing to 100 dB are seams, a drift of color, a grid.
    Paper: Galerne, Raad, Lezama and Morel, "Scaling painting style transfer", EGSR 2024, have the
    identity test.
    """
    here, there = with_content(output, content)
    error = (here.double() - there.double()).square().mean().item()
    return -10 * math.log10(max(error, LEAST_ERROR))
