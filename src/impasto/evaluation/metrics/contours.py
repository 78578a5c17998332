"""Whether the photo's contours are still there, and no others."""

import numpy as np
from scipy.ndimage import distance_transform_edt
from skimage.feature import canny

from impasto.contracts import Image
from impasto.evaluation.views import lumas

TOLERANCE = 2.0
"""Pixels that a contour may have moved."""
DEVIATION = 2.0
"""Of the Gaussian before the edges are looked for: brush strokes are finer, outlines are not."""
LOW, HIGH = 0.8, 0.9
"""Canny's thresholds as shares of the pixels, so that a pale picture has contours too."""
PLAIN = 1e-6
"""Differences in luma below this are rounding, and not contours."""


def contours(output: Image, content: Image, style: Image) -> float:
    """Return F1 of the output's contours against the photo's, in [0, 1]; 1 for identical pictures.

    Precision: the share of the output's contours that lie within 2 pixels of one of the photo's;
    recall: the reverse. Two pictures without any contour agree.
    Paper: after the C statistic of Yeh et al., "Improving style transfer with calibrated metrics",
    WACV 2020.
    Differs: C is the greatest F1 over all thresholds of a detector of contours, against those that
    people drew, each pixel of which is matched once. Here Canny's contours of the photo stand in
    the place of those of people, his thresholds are fixed, and all that is near is matched: another
    number, so it has another name.
    """
    here, there = (_contours(luma.numpy()) for luma in lumas(output, content))
    return f1(here, there)


def f1(here: np.ndarray, there: np.ndarray) -> float:
    """Return F1 of two maps of contours (h, w), bool."""
    if not here.any() or not there.any():
        return float(here.any() == there.any())
    precision, recall = _share_near(here, there), _share_near(there, here)
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _contours(luma: np.ndarray) -> np.ndarray:
    if np.ptp(luma) < PLAIN:
        return np.zeros(luma.shape, dtype=bool)
    return canny(luma, DEVIATION, LOW, HIGH, use_quantiles=True)


def _share_near(contours: np.ndarray, others: np.ndarray) -> float:
    distance = np.asarray(distance_transform_edt(~others))
    return float((distance[contours] <= TOLERANCE).mean())
