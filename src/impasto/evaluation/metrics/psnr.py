"""Peak signal-to-noise ratio."""

import math

from impasto.contracts import Image
from impasto.evaluation.views import content_for

LEAST_ERROR = 1e-10
"""Below what 8 bits can hold by four orders: identical pictures have 100 dB, and not infinity."""


def psnr(output: Image, content: Image, style: Image) -> float:
    """Return 10 log10(1 / MSE) over all pixels and channels, in dB; at most 100.

    Meant for the identity test: where photo and painting are one picture, the ideal output is that
    picture, and what is missing to 100 dB are seams, a drift of color, a grid.
    Paper: Wang et al., "Style pattern transfer", 2024, uses it so.
    """
    error = (output - content_for(output, content)).double().square().mean().item()
    return -10 * math.log10(max(error, LEAST_ERROR))
