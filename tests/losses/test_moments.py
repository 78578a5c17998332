"""The Wasserstein distance of Gaussians against SciPy and closed forms."""

import numpy as np
import pytest
import scipy.linalg
import torch

from impasto.features.statistics import moments
from impasto.losses.moments import JITTER, gaussian, wasserstein2


def features(seed, h=9, w=11):
    """Correlated channels whose covariance the twelve iterations can take the root of."""
    rng = torch.Generator().manual_seed(seed)
    mixing = torch.eye(5) + 0.2 * torch.randn(5, 5, generator=rng, dtype=torch.float64)
    plain = torch.randn(1, 5, h, w, generator=rng, dtype=torch.float64)
    return torch.einsum("cd,ndhw->nchw", mixing, plain) + 0.5


def mean_and_covariance(F):
    rows = F[0].flatten(1).numpy()
    return rows.mean(1), np.cov(rows, bias=True) + JITTER * np.eye(len(rows))


def test_agrees_with_scipy():
    F, S = features(1), features(2, 6, 7)
    (m, covariance), (m_s, covariance_s) = mean_and_covariance(F), mean_and_covariance(S)
    root = scipy.linalg.sqrtm(covariance_s)
    cross = scipy.linalg.sqrtm(root @ covariance @ root)
    squared = ((m - m_s) ** 2).sum() + np.trace(covariance + covariance_s - 2 * cross)
    ours = wasserstein2(moments(F), gaussian(moments(S))).item()
    assert ours == pytest.approx(squared / 5, rel=1e-8)


def test_independent_channels_have_a_closed_form():
    """Σ (μ - μₛ)² + (σ - σₛ)² where no channel depends on another."""
    base = torch.tensor([[1.0, -1, 1, -1], [1, 1, -1, -1]], dtype=torch.float64).view(1, 2, 2, 2)
    spread = torch.tensor([3.0, 0.5], dtype=torch.float64).view(1, 2, 1, 1)
    shift = torch.tensor([0.2, -1.0], dtype=torch.float64).view(1, 2, 1, 1)
    own = (1 + JITTER) ** 0.5 - (spread.square() + JITTER).sqrt()
    expected = (own.square() + shift.square()).mean()
    ours = wasserstein2(moments(base), gaussian(moments(spread * base + shift)))
    torch.testing.assert_close(ours, expected, rtol=1e-8, atol=0)


def test_a_picture_is_no_distance_from_itself():
    F = features(1)
    assert wasserstein2(moments(F), gaussian(moments(F))).item() == pytest.approx(0, abs=1e-8)


def test_dead_channels_have_a_finite_gradient():
    F = features(1).float()
    F[:, 2:4] = 0
    F.requires_grad_()
    distance = wasserstein2(moments(F), gaussian(moments(features(2).float())))
    (gradient,) = torch.autograd.grad(distance, F)
    assert torch.isfinite(distance)
    assert torch.isfinite(gradient).all()
