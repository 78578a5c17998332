"""Moments against loops over positions."""

import pytest
import torch

from impasto.features.statistics import (
    Moments,
    Probe,
    add,
    covariance,
    mix,
    moments,
    probe_moments,
    shares,
)


def features(seed=0, h=4, w=5):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(1, 3, h, w, generator=rng, dtype=torch.float64)


def loops(F, shares):
    """Σ share f and Σ share f fᵀ over positions; the shares add up to 1."""
    C, h, w = F.shape[1:]
    mean, second = torch.zeros(C, dtype=F.dtype), torch.zeros(C, C, dtype=F.dtype)
    for y in range(h):
        for x in range(w):
            f = F[0, :, y, x]
            mean += shares[y, x] * f
            for i in range(C):
                for j in range(C):
                    second[i, j] += shares[y, x] * f[i] * f[j]
    return Moments(mean, second)


def assert_same(ours, expected):
    torch.testing.assert_close(ours.mean, expected.mean)
    torch.testing.assert_close(ours.second, expected.second)


def test_every_position_counts_alike():
    F = features()
    assert_same(moments(F), loops(F, torch.full((4, 5), 1 / 20, dtype=torch.float64)))


def test_a_mask_is_a_guide():
    """Eq. 5 of Gatys et al., CVPR 2017, with T² = mask / Σ mask."""
    F = features()
    mask = torch.rand(1, 1, 4, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    guided = (mask / mask.sum()).sqrt() * F
    expected = loops(F, mask[0, 0] / mask.sum())
    assert_same(moments(F, mask), expected)
    torch.testing.assert_close(
        expected.second, torch.einsum("nchw,ndhw->cd", guided, guided), msg="the guided Gram matrix"
    )


def test_a_full_mask_is_no_mask():
    F = features()
    assert_same(moments(F, torch.full((1, 1, 4, 5), 0.3)), moments(F))


def test_nothing_outside_a_mask_is_seen():
    F = features().requires_grad_()
    mask = torch.zeros(1, 1, 4, 5)
    mask[..., :2] = 1
    mean, second = moments(F, mask)
    (gradient,) = torch.autograd.grad(mean.sum() + second.square().sum(), F)
    assert (gradient[..., 2:] == 0).all()
    assert (gradient[..., :2] != 0).all()


def test_an_empty_mask_gives_zeros():
    mean, second = moments(features(), torch.zeros(1, 1, 4, 5))
    assert (mean == 0).all()
    assert (second == 0).all()


def test_sums_of_half_precision_are_exact():
    """A bfloat16 sum over so many ones would stop at 256."""
    F = torch.ones(1, 2, 64, 64, dtype=torch.bfloat16)
    mean, second = moments(F)
    assert mean.dtype == second.dtype == torch.float32
    assert (mean == 1).all()
    assert (second == 1).all()


def test_layout_of_memory_does_not_matter():
    F = features()
    assert_same(moments(F.contiguous(memory_format=torch.channels_last)), moments(F))


def test_a_mixture_has_the_moments_of_its_pictures_together():
    one, other = features(1, 4, 5), features(2, 4, 10)
    together = torch.cat([one, other], dim=3)
    assert_same(mix((1 / 3, 2 / 3), (moments(one), moments(other))), moments(together))


def test_covariance_is_torchs():
    F = features()
    expected = torch.cov(F[0].flatten(1), correction=0)
    torch.testing.assert_close(covariance(moments(F)), expected)
    jittered = covariance(moments(F), 0.5)
    torch.testing.assert_close(jittered, expected + 0.5 * torch.eye(3, dtype=torch.float64))


@pytest.mark.parametrize("weights", [(0.3, 0.7), (1.0, 0.0)])
def test_mixing_is_linear(weights):
    one, other = moments(features(1)), moments(features(2))
    mixed = mix(weights, (one, other))
    torch.testing.assert_close(mixed.mean, weights[0] * one.mean + weights[1] * other.mean)
    torch.testing.assert_close(mixed.second, weights[0] * one.second + weights[1] * other.second)


@pytest.mark.parametrize("part", [1, 7, 20, 1000])
@pytest.mark.parametrize("masked", [False, True])
def test_gradient_part_by_part(monkeypatch, part, masked):
    monkeypatch.setattr("impasto.features.statistics.PART", part)
    rng = torch.Generator().manual_seed(1)
    mask = torch.rand(1, 1, 4, 5, generator=rng, dtype=torch.float64) if masked else None
    F = features()
    whole = torch.full((4, 5), 1 / 20) if mask is None else mask[0, 0] / mask.sum()
    assert_same(moments(F, mask), loops(F, whole))
    assert torch.autograd.gradcheck(lambda x: moments(x, mask), F.requires_grad_())


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 5])
def test_parts_of_a_picture_add_up(cut):
    """Rows above and below a cut, each seen with a row that isn't its own; some columns only."""
    F = features(h=5, w=6)
    guide = shares(torch.rand(1, 1, 4, 3, dtype=torch.float64))
    whole = Probe((1, 5), (2, 5), (0.25, guide))
    above, below = F[:, :, : cut + 1], F[:, :, max(0, cut - 1) :]
    found = add(
        probe_moments(above, whole.between(0, cut, 0)),
        probe_moments(below, whole.between(cut, 5, max(0, cut - 1))),
    )
    expected = probe_moments(F, whole)
    for ours, theirs in zip(found, expected, strict=True):
        assert_same(ours, theirs)
    assert_same(expected[1], loops(F[:, :, 1:5, 2:5], guide))


def test_gradient_of_a_part(monkeypatch):
    monkeypatch.setattr("impasto.features.statistics.PART", 9)
    guide = shares(torch.rand(1, 1, 3, 2, dtype=torch.float64))
    probe = Probe((1, 4), (2, 4), (0.25, guide))
    assert torch.autograd.gradcheck(
        lambda x: [each for pair in probe_moments(x, probe) for each in pair],
        features().requires_grad_(),
    )
