"""Whether the photo's contours are still there, and no others."""

import numpy as np
from scipy.ndimage import distance_transform_edt
from skimage.feature import canny

from impasto.contracts import Image
from impasto.evaluation.views import content_for
from impasto.images.color import luma_601

TOLERANCE = 2.0
"""Pixels that a contour may have moved."""
DEVIATION = 2.0
"""Of the Gaussian before the edges are looked for: brush strokes are finer, outlines are not."""
LOW, HIGH = 0.8, 0.9
"""Canny's thresholds as shares of the pixels, so that a pale picture has contours too."""


def contours(output: Image, content: Image, style: Image) -> float:
    """Return F1 of the output's contours against the photo's, in [0, 1]; 1 for identical pictures.

    Precision: the share of the output's contours that lie within 2 pixels of one of the photo's;
    recall: the reverse. Two pictures without any contour agree.
    Paper: after the C statistic of Yeh et al., "Improving style transfer with calibrated metrics",
    WACV 2020, with Canny's contours of the photo in the place of those that people drew: another
    number, so it has another name.
    """
    here, there = _contours(output), _contours(content_for(output, content))
    if not here.any() or not there.any():
        return float(here.any() == there.any())
    precision, recall = _share_near(here, there), _share_near(there, here)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _contours(image: Image) -> np.ndarray:
    luma = luma_601(image.double())[0, 0].numpy()
    if np.ptp(luma) < 1e-6 or min(luma.shape) < 3:
        return np.zeros(luma.shape, dtype=bool)
    return canny(luma, DEVIATION, LOW, HIGH, use_quantiles=True)


def _share_near(contours: np.ndarray, others: np.ndarray) -> float:
    distance = np.asarray(distance_transform_edt(~others))
    return float((distance[contours] <= TOLERANCE).mean())
