"""Contours: F1 counted pixel by pixel, and what Canny finds in drawings."""

import numpy as np
import pytest
import torch
from drawn import clouds, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.feature import canny

from impasto.evaluation.metrics.contours import contours, f1
from impasto.evaluation.views import lumas


def share_near(ours, others):
    places = np.argwhere(others)
    near = [any(np.hypot(*(place - other)) <= 2 for other in places) for place in np.argwhere(ours)]
    return np.mean(near)


maps = arrays(bool, (9, 11), elements=st.booleans().map(bool), fill=st.just(False))


@given(maps, maps)
@settings(max_examples=60, deadline=None)
def test_f1_is_what_one_counts(here, there):
    if not here.any() or not there.any():
        assert f1(here, there) == float(here.any() == there.any())
        return
    precision, recall = share_near(here, there), share_near(there, here)
    expected = 2 * precision * recall / max(precision + recall, 1e-12)
    assert f1(here, there) == pytest.approx(expected, abs=1e-12)
    assert f1(there, here) == pytest.approx(f1(here, there), abs=1e-12)


def test_contours_are_those_of_canny_as_the_docs_say():
    """With a Gaussian of 2 pixels, and the quantiles 0.8 and 0.9 of the gradient."""
    here, there = clouds(1, 90, 70), clouds(2, 90, 70)
    maps = [
        canny(np.asarray(luma), sigma=2, low_threshold=0.8, high_threshold=0.9, use_quantiles=True)
        for luma in lumas(here, there)
    ]
    assert 0.02 < maps[0].mean() < 0.2
    assert contours(here, there, there) == pytest.approx(f1(*maps), abs=1e-12)


def square(left, h=60, w=60):
    image = plain(0.2, h, w)
    image[..., 15:45, left : left + 25] = 0.8
    return image


def test_a_shift_within_the_tolerance_costs_nothing():
    assert contours(square(17), square(15), plain(0)) == 1
    assert contours(square(22), square(15), plain(0)) < 0.8


def test_what_it_is_blind_to():
    image = square(15)
    assert contours(1 - image, image, plain(0)) == 1  # what is dark and what is light
    assert contours(0.4 + 0.1 * image, image, plain(0)) == 1  # how strong an edge is


def test_invented_contours_cost_precision():
    """The same contours and a grid over them: recall stays, F1 falls."""
    image = square(15, 120, 120)
    grid = image.clone()
    grid[..., ::12, :] = 0.0
    assert contours(grid, image, plain(0)) < 0.7


def test_fixed_points():
    photo = clouds(1, 50, 60)
    assert contours(photo, photo, photo) == 1
    assert contours(plain(0.3), plain(0.7), photo) == 1  # no contours, and none lost
    assert contours(plain(0.3, 50, 60), photo, photo) == 0
    assert contours(torch.full((1, 3, 1, 1), 0.5), photo, photo) == 1
