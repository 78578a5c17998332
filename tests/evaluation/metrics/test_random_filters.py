"""Random filters against a correlation in float64."""

import math

import numpy as np
import pytest
import torch
from drawn import clouds, noise, plain
from scipy.signal import correlate

from impasto.evaluation.metrics import random_filters
from impasto.evaluation.metrics.random_filters import (
    FILTERS,
    SIDES,
    _filters,
    gram_matrices,
    random_filter_distance,
)


def gram(image, filters):
    """F Fᵀ / N of rectified responses in float64, with SciPy's correlation of whole pictures."""
    planes = image[0].double().numpy()
    step = max(1, filters.shape[-1] // 4)
    responses = [
        correlate(planes, each.double().numpy(), mode="valid")[0, ::step, ::step].ravel()
        for each in filters
    ]
    rectified = np.maximum(np.stack(responses), 0)
    return rectified @ rectified.T / rectified.shape[1]


def test_gram_matrices_are_those_of_a_correlation():
    image = clouds(1, 70, 64)
    ours = gram_matrices(image)
    for scale, filters in enumerate(_filters()):
        expected = gram(image, filters)
        np.testing.assert_allclose(ours[scale], expected, rtol=1e-4, atol=1e-4 * expected.max())


def test_is_the_mean_relative_distance_over_scales():
    output, style = noise(2, 64, 60), clouds(3, 64, 60)
    expected = [
        ((gram(output, filters) - gram(style, filters)) ** 2).sum()
        / (gram(style, filters) ** 2).sum()
        for filters in _filters()
    ]
    ours = random_filter_distance(output, output, style)
    assert ours == pytest.approx(np.mean(expected), rel=1e-4)  # single precision


def test_filters_respond_alike_at_all_scales_and_never_change():
    filters = _filters()
    assert [each.shape for each in filters] == [(FILTERS, 3, side, side) for side in SIDES]
    for each in filters:
        assert each.square().sum((1, 2, 3)).mean() == pytest.approx(1, abs=0.1)
        assert each.mean((2, 3)).abs().max() < 1e-6
    drawn = np.random.RandomState(2017).standard_normal((FILTERS, 3, 3, 3))
    first = (drawn - drawn.mean((2, 3), keepdims=True)) / 24**0.5
    np.testing.assert_allclose(filters[0], first, atol=1e-6)


def test_another_seed_would_say_nearly_the_same(monkeypatch):
    output, style = clouds(8, 128, 128), clouds(9, 128, 128).roll(1, dims=1) * 0.5
    published = random_filter_distance(output, output, style)
    _filters.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(random_filters, "SEED", 1)
        here, there = (gram_matrices.__wrapped__(image) for image in (output, style))
    _filters.cache_clear()
    other = ((here - there).square().sum((1, 2)) / there.square().sum((1, 2))).mean().item()
    assert other != published
    assert other == pytest.approx(published, rel=0.15)


def test_brightness_and_cast_do_not_count():
    style = 0.5 * clouds(10, 80, 80)
    cast = style + torch.tensor([0.3, 0.1, 0.0]).view(3, 1, 1)
    assert random_filter_distance(cast, style, style) == pytest.approx(0, abs=1e-9)


def test_fixed_points():
    style = clouds(4, 64, 64)
    assert random_filter_distance(style, style, style) == 0
    assert random_filter_distance(plain(0.5, 64, 64), style, style) == pytest.approx(1)
    assert math.isnan(random_filter_distance(style, style, plain(0.3, 64, 64)))
    far = random_filter_distance(noise(5, 64, 64), style, style)
    assert far > random_filter_distance(style.flip(3), style, style)
    with pytest.raises(ValueError, match=r"64 pixels wide and 54 pixels high.* at least 55"):
        random_filter_distance(noise(6, 54, 64), style, style)
