"""Gram matrices with every divisor, against their definition."""

import pytest
import torch

from impasto.features.statistics import moments
from impasto.losses.gram import gram_distance

AREA = 300  # pixels of a picture whose layer has fewer positions


def features(h, w, seed):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(1, 4, h, w, generator=rng, dtype=torch.float64)


def gram(F):
    """G_ij = Σ_k F_ik F_jk, eq. 3 of Gatys et al., CVPR 2016."""
    C, h, w = F.shape[1:]
    G = torch.zeros(C, C, dtype=F.dtype)
    for i in range(C):
        for j in range(C):
            for y in range(h):
                for x in range(w):
                    G[i, j] += F[0, i, y, x] * F[0, j, y, x]
    return G


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("divisor", ["N", "CN", "sqrt(CN)", "A"])
def test_divides_by_what_it_says(divisor, reduction):
    F, S = features(5, 6, 1), features(5, 6, 2)
    C, N = 4, 30
    by = {"N": N, "CN": C * N, "sqrt(CN)": (C * N) ** 0.5, "A": AREA}[divisor]
    expected = ((gram(F) - gram(S)) / by).square()
    ours = gram_distance(
        moments(F).second,
        moments(S).second,
        positions=N,
        area=AREA,
        divisor=divisor,
        reduction=reduction,
    )
    torch.testing.assert_close(ours, expected.mean() if reduction == "mean" else expected.sum())


def test_a_painting_of_another_size_counts_per_position():
    F, S = features(5, 6, 1), features(7, 9, 2)
    ours = gram_distance(
        moments(F).second,
        moments(S).second,
        positions=30,
        area=AREA,
        divisor="CN",
        reduction="mean",
    )
    expected = (gram(F) / (4 * 30) - gram(S) / (4 * 63)).square().mean()
    torch.testing.assert_close(ours, expected)


def test_is_the_papers_equation():
    F, S = features(5, 6, 1), features(5, 6, 2)
    N, M = 4, 30  # filters and positions, as the paper calls them
    E = (gram(F) - gram(S)).square().sum() / (4 * N**2 * M**2)
    ours = gram_distance(
        moments(F).second,
        moments(S).second,
        positions=M,
        area=AREA,
        divisor="N",
        reduction="mean",
    )
    torch.testing.assert_close(ours / 4, E)
