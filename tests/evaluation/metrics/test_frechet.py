"""The Fréchet distance against SciPy's square root and closed forms."""

import numpy as np
import pytest
import torch
from drawn import clouds, covariance, noise
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from impasto.evaluation.metrics.frechet import frechet, moment_distance, vgg_sifid
from impasto.evaluation.views import scaled
from impasto.evaluation.vision import features, rows


def by_scipy(mean, sigma, other_mean, other_sigma):
    spread = np.trace(sigma + other_sigma) - 2 * np.trace(sqrtm(sigma @ other_sigma).real)
    return ((mean - other_mean) ** 2).sum() + spread


@given(st.integers(0, 10**6), st.integers(1, 24))
@settings(max_examples=40, deadline=None)
def test_equals_scipy(seed, channels):
    one, other = covariance(seed, channels), covariance(seed + 1, channels)
    expected = by_scipy(*(part.numpy() for part in (*one, *other)))
    assert frechet(*one, *other) == pytest.approx(expected, rel=1e-6)
    assert frechet(*other, *one) == pytest.approx(frechet(*one, *other), rel=1e-9)


@given(st.integers(0, 10**6), st.integers(1, 20), st.integers(1, 20))
@settings(max_examples=40, deadline=None)
def test_equal_gaussians_have_none_singular_or_not(seed, channels, rank):
    one = covariance(seed, channels, rank)
    assert frechet(*one, *one) == pytest.approx(0, abs=1e-10 * one[1].trace().item())
    shift = torch.linspace(-1, 2, channels, dtype=torch.float64)
    moved = frechet(one[0] + shift, one[1], *one)
    assert moved == pytest.approx(shift.square().sum().item(), rel=1e-6)


def test_independent_channels_have_a_closed_form():
    a, b = torch.rand(2, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    zero = torch.zeros(9, dtype=torch.float64)
    expected = (a.sqrt() - b.sqrt()).square().sum().item()
    assert frechet(zero, a.diag(), zero, b.diag()) == pytest.approx(expected, rel=1e-9)
    assert frechet(zero, a.diag(), zero, 0 * b.diag()) == pytest.approx(a.sum().item(), rel=1e-9)


@pytest.mark.filterwarnings("ignore::scipy.linalg.LinAlgWarning")  # channels that never respond
@pytest.mark.parametrize("layer", ["relu1_1", "relu3_1"])
def test_a_picture_is_the_gaussian_of_its_positions(layer):
    output, style = noise(2, 64, 48), clouds(3, 96, 64)
    here, there = (
        rows(features(image, layer)).double().numpy() for image in (output, scaled(style, (64, 43)))
    )
    gaussians = here.mean(0), np.cov(here.T, bias=True), there.mean(0), np.cov(there.T, bias=True)
    energy = (there**2).sum(1).mean()
    ours = moment_distance(output, output, style, layer=layer)
    assert ours == pytest.approx(by_scipy(*gaussians) / energy, rel=1e-6)


def test_sifid_on_vgg_is_the_same_formula_at_relu3_3():
    output, style = noise(4, 40, 40), clouds(5, 40, 40)
    expected = moment_distance(output, output, style, layer="relu3_3")
    assert vgg_sifid(output, output, style) == expected > 0.01
    assert vgg_sifid(style, output, style) == pytest.approx(0, abs=1e-9)
