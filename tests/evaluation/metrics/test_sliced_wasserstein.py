"""Sliced Wasserstein distances against NumPy's quantiles and closed forms."""

import numpy as np
import pytest
import torch
from drawn import clouds, noise, vectors
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.evaluation.metrics.sliced_wasserstein import (
    DIRECTIONS,
    directions,
    distance,
    quantiles,
    sliced_wasserstein,
    wasserstein2,
)
from impasto.evaluation.vision import STYLE_LAYERS, features, rows


@given(st.integers(0, 10**6), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_quantiles_equal_numpys(seed, n, count):
    values = vectors(seed, 3, n).double()
    levels = (np.arange(count) + 0.5) / count
    expected = np.quantile(values.numpy(), levels, axis=1, method="hazen").T
    np.testing.assert_allclose(quantiles(values, count).numpy(), expected, atol=1e-12)


def test_of_one_size_it_sorts_and_subtracts():
    here, there = vectors(1, 4, 30).double(), vectors(2, 4, 30).double()
    expected = ((np.sort(here, axis=1) - np.sort(there, axis=1)) ** 2).mean(1)
    np.testing.assert_allclose(wasserstein2(here, there), expected, atol=1e-12)


def test_directions_are_unit_vectors_that_never_change():
    found = directions(7)
    assert found.shape == (DIRECTIONS, 7)
    assert torch.allclose(found.norm(dim=1), torch.ones(DIRECTIONS).double())
    first = np.random.RandomState(2021).standard_normal(7)
    np.testing.assert_allclose(found[0], first / np.linalg.norm(first))


@given(st.integers(0, 10**6), st.integers(1, 30))
@settings(max_examples=30, deadline=None)
def test_the_order_of_positions_does_not_count(seed, n):
    here, there = vectors(seed, n, 5), vectors(seed + 1, n, 5)
    shuffled = here[torch.randperm(n, generator=torch.Generator().manual_seed(seed))]
    assert distance(shuffled, there) == pytest.approx(distance(here, there), rel=1e-6)
    assert distance(shuffled, here) == pytest.approx(0, abs=1e-12)


def test_moving_all_rows_has_a_closed_form():
    there, shift = vectors(3, 50, 4).double(), torch.tensor([0.5, -1, 2, 0]).double()
    moved = (directions(4) @ shift).square().mean()
    expected = moved / (there @ directions(4).T).square().mean()
    assert distance(there + shift, there) == pytest.approx(expected.item(), rel=1e-9)
    assert distance(3 * (there + shift), 3 * there) == pytest.approx(expected.item(), rel=1e-9)


def test_a_denser_sample_of_the_same_distribution_is_near():
    here, there = vectors(4, 3000, 3), vectors(5, 1100, 3)
    assert distance(here, there) < 0.002 < distance(here + 0.1, there)


def test_is_the_mean_over_five_layers():
    output, style = noise(6, 48, 64), clouds(7, 48, 64)
    expected = []
    for layer in STYLE_LAYERS:
        here, there = (
            directions(found.shape[1]).numpy() @ found.double().numpy().T
            for found in (rows(features(image, layer)) for image in (output, style))
        )
        squared = (np.sort(here, axis=1) - np.sort(there, axis=1)) ** 2
        expected.append(squared.mean() / (there**2).mean())
    ours = sliced_wasserstein(output, output, style)
    assert ours == pytest.approx(np.mean(expected), rel=1e-5)  # projected in single precision
    assert sliced_wasserstein(style, output, style) == 0


def test_too_small_for_its_deepest_layer_is_refused():
    with pytest.raises(ValueError, match=r"the painting, .* 64 pixels wide and 13 pixels high"):
        sliced_wasserstein(noise(8, 64, 64), noise(8, 64, 64), noise(9, 10, 50))
