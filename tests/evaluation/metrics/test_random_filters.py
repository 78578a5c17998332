"""Random filters against a correlation in float64."""

import numpy as np
import pytest
import torch
from drawn import clouds, noise, plain
from scipy.signal import correlate

from impasto.evaluation.metrics.random_filters import (
    FILTERS,
    SIDES,
    _filters,
    gram_matrices,
    random_filter_distance,
)


def gram(image, filters):
    """F Fᵀ / N of rectified responses in float64, with SciPy's correlation of whole pictures."""
    planes = image[0].double().numpy() - 0.5
    step = max(1, filters.shape[-1] // 7)
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
    drawn = np.random.RandomState(2017).standard_normal((FILTERS, 3, 3, 3))
    first = torch.from_numpy(drawn / 27**0.5)
    assert torch.allclose(filters[0].double(), first)


def test_fixed_points():
    style = clouds(4, 64, 64)
    assert random_filter_distance(style, style, style) == 0
    assert random_filter_distance(plain(0.5, 64, 64), style, style) == pytest.approx(1)
    far = random_filter_distance(noise(5, 64, 64), style, style)
    assert far > random_filter_distance(style.flip(3), style, style)
    with pytest.raises(ValueError, match=r"64 pixels wide and 54 pixels high.* at least 55"):
        random_filter_distance(noise(6, 54, 64), style, style)
