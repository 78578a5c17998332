"""Against numbers that can be worked out by hand."""

from math import comb

import pytest
from of_numbers import joined, table

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.statistics import (
    JOINT,
    compare_rows,
    joint_counts,
    medians,
    reference,
    scored,
)

DISTANCE, SSIM = METRICS["sliced-wasserstein"], METRICS["ssim"]


def test_medians():
    found = medians(table(one=[3, 1, 2], two=[1, None, 4], three=[None, None, None]))
    assert found == {
        "one": {"sliced-wasserstein": 2},
        "two": {"sliced-wasserstein": 2.5},
        "three": {},
    }


def test_metrics_in_the_order_of_the_catalog():
    cells = joined(table("color", one=[1]), table("ssim", one=[1]), table("vif", one=[None])).cells
    assert [metric.name for metric in scored(cells)] == ["ssim", "color"]


def test_five_of_six():
    """Two-sided: 2 (C(6, 5) + C(6, 6)) / 2⁶ = 14 / 64. Lower is better."""
    found = compare_rows(
        table(one=[1, 1, 1, 1, 1, 9, 4, None], two=[2, 2, 2, 2, 2, 2, 4, 5]),
        *(DISTANCE, "one", "two"),
    )
    assert (found.wins, found.losses, found.ties) == (5, 1, 1)
    assert found.p == pytest.approx(14 / 64, abs=1e-12)
    assert found.low == pytest.approx(clopper_pearson_low(5, 6), abs=1e-9)
    assert found.high == pytest.approx(1 - clopper_pearson_low(1, 6), abs=1e-9)
    assert found.share == "5 of 6"
    assert found.certainty == "0.36 to 1.00, p 0.22"


def clopper_pearson_low(wins: int, pairs: int) -> float:
    """Return the share at which so many wins or more have a probability of 2.5 %."""
    low, high = 0.0, 1.0
    for _ in range(60):
        share = (low + high) / 2
        tail = sum(
            comb(pairs, k) * share**k * (1 - share) ** (pairs - k) for k in range(wins, pairs + 1)
        )
        low, high = (share, high) if tail < 0.025 else (low, share)
    return low


def test_all_of_six():
    """p = 2 / 2⁶; the interval starts where share⁶ = 0.025 and ends at 1. Higher is better."""
    found = compare_rows(table("ssim", one=[0.9] * 6, two=[0.1] * 6), SSIM, "one", "two")
    assert (found.wins, found.losses, found.ties) == (6, 0, 0)
    assert found.p == pytest.approx(2 / 64, abs=1e-12)
    assert found.low == pytest.approx(0.025 ** (1 / 6), abs=1e-9)
    assert found.high == 1


def test_a_painting_counts_once_however_many_photos_it_met():
    """Eight photos of each of two paintings: two trials, of which nothing can be concluded."""
    paintings = ["wave"] * 8 + ["night"] * 8
    found = compare_rows(
        table(paintings=paintings, one=[1] * 16, two=[2] * 16), DISTANCE, "one", "two"
    )
    assert (found.wins, found.losses, found.p) == (2, 0, 0.5)


def test_a_painting_is_won_by_the_median_difference():
    """Ahead by 1 on two photos of three: the third, on which it is far behind, is one photo."""
    found = compare_rows(
        table(paintings=["wave"] * 3, one=[1, 1, 99], two=[2, 2, 2]), DISTANCE, "one", "two"
    )
    assert (found.wins, found.losses, found.ties) == (1, 0, 0)
    tied = compare_rows(
        table(paintings=["wave"] * 2, one=[1, 3], two=[2, 2]), DISTANCE, "one", "two"
    )
    assert (tied.wins, tied.losses, tied.ties) == (0, 0, 1)


def test_nothing_to_compare():
    for values in ([1, 1], [None, None]):
        found = compare_rows(table(one=[1, 1], two=values), DISTANCE, "one", "two")
        assert (found.wins, found.losses, found.p, found.low, found.high) == (0, 0, 1, 0, 1)


def test_the_reference_is_the_default_recipe_or_else_the_first():
    assert reference(table(content=[1], draft=[1], standard=[1])) == "standard"
    assert reference(table(content=[1], draft=[1], best=[1])) == "draft"


def of_joint(content, wasserstein, filters):
    """Return a table with rows of each of the three metrics."""
    rows = ({"standard": one, "peer": other} for one, other in (content, wasserstein, filters))
    return joined(*(table(name, **each) for name, each in zip(JOINT, rows, strict=True)))


def test_ahead_is_counted_where_it_is_so_in_all_at_once():
    """Pair by pair: ahead in all; in two of three; behind in all; and ahead at equal content."""
    found = of_joint(
        ([0.9, 0.1, 0.1, 0.5], [0.5, 0.5, 0.5, 0.5]),
        ([1.0, 1.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]),
        ([1.0, 1.0, 3.0, 1.0], [2.0, 2.0, 2.0, 2.0]),
    )
    (count,) = joint_counts(found)
    assert (count.row, count.other) == ("standard", "peer")
    assert (count.ahead, count.behind, count.pairs) == (2, 1, 4)


def test_equal_style_is_not_ahead():
    (count,) = joint_counts(of_joint(([0.9], [0.5]), ([1.0], [1.0]), ([1.0], [2.0])))
    assert (count.ahead, count.behind, count.pairs) == (0, 0, 1)


def test_pairs_without_all_numbers_are_not_counted():
    found = of_joint(([0.9, 0.9], [0.5, 0.5]), ([1.0, None], [2.0, 2.0]), ([1.0, 1.0], [2.0, 2.0]))
    (count,) = joint_counts(found)
    assert (count.ahead, count.pairs) == (1, 1)
    assert joint_counts(table(standard=[1], peer=[2])) == ()
    assert joint_counts(table(content=[1])) == ()
