"""GMSD against its equations, told with SciPy."""

import numpy as np
import pytest
import torch
from drawn import changed, clouds, luma, noise, plain
from scipy.ndimage import correlate

from impasto.evaluation.metrics.gmsd import gmsd


def equations(x, y):
    """Xue et al. 2014, in levels from 0 to 255, as in the paper."""
    magnitudes = []
    for plane in (255 * x, 255 * y):
        h, w = (side // 2 * 2 for side in plane.shape)
        half = plane[:h, :w].reshape(h // 2, 2, w // 2, 2).mean((1, 3))
        across = np.array([[1, 0, -1]] * 3) / 3
        gradients = [correlate(half, each, mode="constant") for each in (across, across.T)]
        magnitudes.append(np.hypot(*gradients))
    a, b = magnitudes
    similarity = (2 * a * b + 170) / (a**2 + b**2 + 170)
    return np.sqrt(((similarity - similarity.mean()) ** 2).mean())


@pytest.mark.parametrize(("h", "w"), [(40, 56), (33, 47), (2, 9)])
def test_is_the_papers_equations(h, w):
    photo = clouds(1, h, w)
    output = changed(photo)
    expected = equations(luma(output), luma(photo))
    assert gmsd(output, photo, photo) == pytest.approx(expected, abs=1e-6)


def test_fixed_points():
    photo = clouds(2, 30, 40)
    assert gmsd(photo, photo, photo) == 0
    gray = plain(0.5)
    assert gmsd(gray, gray, gray) == 0
    assert 0 < gmsd(changed(photo, 0.1), photo, photo) < gmsd(changed(photo, 0.4), photo, photo)


def test_the_worst_is_half_of_all_edges_lost():
    stripes = (torch.arange(64) % 8 < 4).float().expand(1, 3, 64, 64)
    output = stripes.clone()
    output[..., 32:] = 0.5
    assert 0.48 < gmsd(output, stripes, stripes) < 0.5


def test_one_pixel_is_refused():
    with pytest.raises(ValueError, match=r"9 pixels wide and 1 pixel high.* at least 2"):
        gmsd(noise(3, 1, 9), noise(4, 30, 30), noise(5, 9, 9))
