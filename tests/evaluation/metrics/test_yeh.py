"""Yeh's E against PyTorch's own divergence of Gaussians."""

import math

import numpy as np
import pytest
import torch
from drawn import clouds, covariance, noise, plain, vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import MultivariateNormal, kl_divergence

from impasto.evaluation.metrics.yeh import (
    DIMENSIONS,
    LEAST_VARIANCE,
    MOST,
    RIDGE,
    _bases,
    divergence,
    effectiveness,
    projected,
)
from impasto.evaluation.vision import STYLE_LAYERS, features, rows
from impasto.features.statistics import Moments


def by_torch(mean, sigma, other_mean, other_sigma):
    ridge = RIDGE * other_sigma.trace() / len(mean) + LEAST_VARIANCE
    ridge = ridge * torch.eye(len(mean), dtype=torch.float64)
    one = MultivariateNormal(mean, sigma + ridge)
    return kl_divergence(one, MultivariateNormal(other_mean, other_sigma + ridge)).item()


@given(st.integers(0, 10**6), st.integers(1, 16), st.integers(1, 32))
@settings(max_examples=40, deadline=None)
def test_divergence_equals_torch(seed, channels, rank):
    one, other = covariance(seed, channels, rank), covariance(seed + 1, channels)
    assert divergence(*one, *other) == pytest.approx(by_torch(*one, *other), rel=1e-6)


def test_of_one_dimension_it_is_the_textbooks():
    def gaussian(mean, variance):
        return torch.tensor([mean]).double(), torch.tensor([[variance]]).double()

    expected = 0.5 * (4 / 9 + (1 - 3) ** 2 / 9 - 1 + math.log(9 / 4))
    assert divergence(*gaussian(1.0, 4.0), *gaussian(3.0, 9.0)) == pytest.approx(expected, rel=1e-3)


def test_projected_moments_are_the_moments_of_projected_rows():
    found = vectors(1, 50, 8).double()
    basis = torch.linalg.qr(vectors(2, 8, 3).double()).Q
    mean, sigma = projected(Moments(found.mean(0), found.T @ found / 50), basis)
    coordinates = (found @ basis).numpy()
    np.testing.assert_allclose(mean, coordinates.mean(0), atol=1e-12)
    np.testing.assert_allclose(sigma, np.cov(coordinates.T, bias=True), atol=1e-12)


@pytest.mark.parametrize("layer", STYLE_LAYERS)
def test_fixed_points(layer):
    style = clouds(3, 64, 64)
    assert effectiveness(style, style, style, layer=layer) == MOST
    far, near = noise(4, 64, 64), (0.9 * style + 0.1 * noise(4, 64, 64))
    e = [effectiveness(image, style, style, layer=layer) for image in (far, near)]
    assert e[0] < e[1] < MOST
    assert math.isfinite(effectiveness(far, style, plain(0.5, 64, 64), layer=layer))


def test_one_position_is_enough():
    """16 pixels of relu5_1: neither Gaussian has a variance."""
    output, style = noise(5, 16, 16), noise(6, 20, 20)
    assert math.isfinite(effectiveness(output, output, style, layer="relu5_1"))


def test_a_picture_is_projected_on_the_shipped_bases():
    output, style = noise(8, 64, 64), clouds(9, 64, 64)
    basis = _bases()["relu2_1"].double()
    gaussians = []
    for image in (output, style):
        coordinates = rows(features(image, "relu2_1")).double() @ basis
        gaussians += [coordinates.mean(0), torch.cov(coordinates.T, correction=0)]
    expected = -math.log(by_torch(*gaussians))
    ours = effectiveness(output, style, style, layer="relu2_1")
    assert ours == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("layer", STYLE_LAYERS)
def test_shipped_bases_are_orthonormal(layer):
    basis = _bases()[layer].double()
    channels = {"relu1_1": 64, "relu2_1": 128, "relu3_1": 256}.get(layer, 512)
    assert basis.shape == (channels, DIMENSIONS[layer])
    identity = torch.eye(DIMENSIONS[layer], dtype=torch.float64)
    assert torch.allclose(basis.T @ basis, identity, atol=1e-5)
