"""Visual information fidelity."""

import numpy as np
from scipy.ndimage import correlate1d

from impasto.contracts import Image
from impasto.evaluation.views import lumas

NOISE = 2.0
"""Variance of what the eye adds, for pixels in [0, 255]."""
LEVELS = 4
LEAST = 41
"""Pixels of a side, so that the fourth scale still holds its window."""
TINY = 1e-10
"""Variances below it are rounding."""


def vif(output: Image, content: Image, style: Image) -> float:
    """Return the share of the photo's visual information that the output still has; about [0, 1].

    1 for identical pictures; above 1 where contrast was raised. Not defined for a plain photo.
    Paper: Sheikh and Bovik, "Image information and visual quality", IEEE TIP 2006, eq. 9 to 11, in
    their simpler version on pixels (vifp): four scales, a noise variance of 2.
    Not from a library: torchmetrics convolves with whole windows, which in double precision takes
    2.3 GB for 1024 x 1024 pixels.

    Raises:
        ImageError: a side of the output is shorter than 41 pixels.
    """
    here, there = (255 * luma.numpy() for luma in lumas(output, content, LEAST))
    kept, whole = 0.0, 0.0
    for level in range(LEVELS):
        window = gaussian(2 ** (LEVELS - level) + 1)
        if level:
            here, there = (blurred(plane, window)[::2, ::2] for plane in (here, there))
        bits = information(here, there, window)
        kept, whole = kept + bits[0], whole + bits[1]
    return kept / whole if whole else float("nan")


def information(here: np.ndarray, there: np.ndarray, window: np.ndarray) -> tuple[float, float]:
    """Return the bits that reach the eye through `here`, and those of `there` itself.

    Around each pixel `here` is modeled as gain · there + noise.
    """
    mean, other_mean = blurred(here, window), blurred(there, window)
    variance = np.maximum(blurred(here**2, window) - mean**2, 0)
    signal = blurred(there**2, window) - other_mean**2
    signal = np.where(signal < TINY, 0, signal)
    shared = blurred(here * there, window) - mean * other_mean
    gain = np.where((signal == 0) | (variance < TINY), 0, shared / (signal + TINY))
    noise = np.where(gain > 0, variance - gain * shared, variance)
    gain = np.maximum(gain, 0)
    kept = np.log2(1 + gain**2 * signal / (np.maximum(noise, TINY) + NOISE)).sum()
    return float(kept), float(np.log2(1 + signal / NOISE).sum())


def gaussian(side: int) -> np.ndarray:
    """Return a window of `side` pixels with a deviation of a fifth of it; sums to 1."""
    places = np.arange(side) - (side - 1) / 2
    window = np.exp(-(places**2) / (2 * (side / 5) ** 2))
    return window / window.sum()


def blurred(plane: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return the weighted mean at each place where the window lies inside."""
    reach = len(window) // 2
    inside = slice(reach, -reach)
    rows = correlate1d(plane, window, axis=0)[inside]
    return correlate1d(rows, window, axis=1)[:, inside]
