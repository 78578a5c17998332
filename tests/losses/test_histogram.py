"""Histograms against loops over sorted values."""

import pytest
import torch

from impasto.losses.histogram import histogram_distance, mix_histograms, sorted_values


def features(h, w, seed):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(1, 3, h, w, generator=rng, dtype=torch.float64)


def quantile(values, share):
    """The value at a share of the ranks of an ascending list, linear between its entries."""
    rank = min(max(share * len(values) - 0.5, 0), len(values) - 1)
    below = int(rank)
    above = min(below + 1, len(values) - 1)
    return values[below] + (rank - below) * (values[above] - values[below])


def matched(own, painting):
    """Every value of `own` replaced by the painting's value of the same rank."""
    wanted = sorted(painting)
    order = sorted(range(len(own)), key=lambda index: own[index])
    result = [0.0] * len(own)
    for rank, index in enumerate(order):
        result[index] = quantile(wanted, (rank + 0.5) / len(own))
    return result


def loops(F, S):
    squares = []
    for c in range(F.shape[1]):
        own, painting = F[0, c].flatten().tolist(), S[0, c].flatten().tolist()
        squares += [(a - b) ** 2 for a, b in zip(own, matched(own, painting), strict=True)]
    return sum(squares) / len(squares)


@pytest.mark.parametrize("size", [(5, 6), (3, 4), (8, 9)], ids=["same", "smaller", "larger"])
def test_agrees_with_loops(size):
    F, S = features(5, 6, 1), features(*size, 2)
    ours = histogram_distance(F, sorted_values(S))
    assert ours.item() == pytest.approx(loops(F, S), rel=1e-12)


def test_the_same_values_anywhere_are_no_distance():
    F = features(5, 6, 1)
    shuffled = F.flatten(2)[..., torch.randperm(30)].view_as(F)
    assert histogram_distance(shuffled, sorted_values(F)) == 0


def test_what_it_is_matched_to_counts_as_constant():
    F, S = features(5, 6, 1).requires_grad_(), features(3, 4, 2)
    (gradient,) = torch.autograd.grad(histogram_distance(F, sorted_values(S)), F)
    for c in range(3):
        own = F[0, c].flatten().tolist()
        target = torch.tensor(matched(own, S[0, c].flatten().tolist()), dtype=torch.float64)
        expected = 2 * (F[0, c].flatten() - target) / F.numel()
        torch.testing.assert_close(gradient[0, c].flatten(), expected)


def test_mixing_averages_values_of_the_same_rank():
    one, other = sorted_values(features(5, 6, 1)), sorted_values(features(3, 4, 2))
    mixed = mix_histograms([0.25, 0.75], [one, other])
    for c in range(3):
        for rank in range(30):
            there = quantile(other[c].tolist(), (rank + 0.5) / 30)
            expected = 0.25 * one[c, rank].item() + 0.75 * there
            assert mixed[c, rank].item() == pytest.approx(expected)


def test_sorted_values_are_at_least_float32():
    assert sorted_values(features(5, 6, 1).bfloat16()).dtype == torch.float32


# Masks


def halves(h, w):
    mask = torch.zeros(1, 1, h, w, dtype=torch.float64)
    mask[..., : w // 2] = 1
    return mask


@pytest.mark.parametrize("value", [1.0, 0.25])
def test_a_mask_that_is_everywhere_the_same_changes_nothing(value):
    F, S = features(5, 6, 1), features(7, 4, 2)
    own, theirs = torch.full((1, 1, 5, 6), value), torch.full((1, 1, 7, 4), value)
    assert torch.allclose(sorted_values(S, theirs), sorted_values(S), atol=1e-12)
    masked = histogram_distance(F, sorted_values(S, theirs), own)
    assert masked.item() == pytest.approx(histogram_distance(F, sorted_values(S)).item())


def test_a_region_takes_the_histogram_of_a_region():
    F, S = features(6, 8, 1), features(6, 16, 2)
    left = sorted_values(S, halves(6, 16))
    assert torch.allclose(left, S[0, ..., :8].flatten(1).sort(dim=1).values, atol=1e-12)
    found = histogram_distance(F, left, halves(6, 8)).item()
    assert found == pytest.approx(loops(F[..., :4], S[..., :8]))


def test_a_position_counts_as_much_as_its_mask_says():
    """Weights of 1 and 2 are a value once and the same value twice."""
    once = torch.tensor([[3.0, 1.0, 2.0]]).view(1, 1, 1, 3)
    weights = torch.tensor([[1.0, 2.0, 1.0]]).view(1, 1, 1, 3)
    target = torch.tensor([[10.0, 20.0, 30.0, 40.0]])
    # Shares 1/4 (of 1), 5/8 (of 2), 7/8 (of 3) lie at the ranks 0.5, 2 and 3 of four.
    squares = (1 - 15) ** 2 * 2 + (2 - 30) ** 2 + (3 - 40) ** 2
    assert histogram_distance(once, target, weights).item() == pytest.approx(squares / 4)


def test_nothing_outside_of_a_mask_is_pulled_at():
    F = features(4, 6, 1).requires_grad_()
    histogram_distance(F, sorted_values(features(4, 6, 2)), halves(4, 6)).backward()
    assert F.grad is not None
    assert (F.grad[..., 3:] == 0).all()
    assert (F.grad[..., :3] != 0).all()
