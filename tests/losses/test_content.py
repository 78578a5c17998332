"""Squared errors against loops."""

import pytest
import torch

from impasto.losses.content import squared_error


@pytest.fixture
def pair():
    rng = torch.Generator().manual_seed(0)
    return torch.randn(2, 1, 3, 4, 5, generator=rng, dtype=torch.float64)


def test_is_the_sum_or_the_mean_of_squares(pair):
    features, target = pair
    squares = [
        (features[0, c, y, x] - target[0, c, y, x]).item() ** 2
        for c in range(3)
        for y in range(4)
        for x in range(5)
    ]
    assert squared_error(features, target, "sum").item() == pytest.approx(sum(squares))
    assert squared_error(features, target, "mean").item() == pytest.approx(sum(squares) / 60)


def test_is_computed_in_the_targets_dtype(pair):
    features, target = pair.float()
    narrow = squared_error(features.bfloat16(), target, "mean")
    assert narrow.dtype == torch.float32
    assert narrow == squared_error(features.bfloat16().float(), target, "mean")
