"""Against numbers that can be worked out by hand."""

from math import comb

import pytest

from impasto.evaluation.statistics import check_controls, compare_rows, medians, style_medians
from impasto.evaluation.table import Cell, Table

CONTENT, STYLE, COLOR = "content unchanged", "style unchanged", "color transfer only"


def table(**rows):
    """Make a table of one metric from numbers by row; pairs are p0 with s0, p1 with s1, p2..."""
    metric = rows.pop("metric", "sliced-wasserstein")
    names = {"content": CONTENT, "style": STYLE, "color": COLOR}
    cells = [
        Cell(names.get(row, row), f"p{i}", f"s{i % 2}", "", {} if v is None else {metric: v})
        for row, values in rows.items()
        for i, v in enumerate(values)
    ]
    return Table(tuple(cells), {})


def test_medians():
    found = medians(table(one=[3, 1, 2], two=[1, None, 4], three=[None, None, None]))
    assert found == {
        "one": {"sliced-wasserstein": 2},
        "two": {"sliced-wasserstein": 2.5},
        "three": {},
    }


def test_style_medians():
    found = style_medians(table(one=[3, 1, 5, 2]))  # s0: 3 and 5; s1: 1 and 2
    assert found["s0"]["one"]["sliced-wasserstein"] == 4
    assert found["s1"]["one"]["sliced-wasserstein"] == 1.5


def test_five_of_six():
    """Two-sided: 2 (C(6, 5) + C(6, 6)) / 2⁶ = 14 / 64. Lower is better."""
    found = compare_rows(
        table(one=[1, 1, 1, 1, 1, 9, 4, None], two=[2, 2, 2, 2, 2, 2, 4, 5]),
        *("sliced-wasserstein", "one", "two"),
    )
    assert (found.wins, found.losses, found.ties) == (5, 1, 1)
    assert found.p == pytest.approx(14 / 64, abs=1e-12)
    assert found.low == pytest.approx(clopper_pearson_low(5, 6), abs=1e-9)
    assert found.high == pytest.approx(1 - clopper_pearson_low(1, 6), abs=1e-9)
    assert "one is ahead of two in sliced-wasserstein on 5 of 6 pairs, 1 tied" in found.sentence
    assert "p = 0.219" in found.sentence


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
    found = compare_rows(table(one=[0.9] * 6, two=[0.1] * 6, metric="ssim"), "ssim", "one", "two")
    assert (found.wins, found.losses, found.ties) == (6, 0, 0)
    assert found.p == pytest.approx(2 / 64, abs=1e-12)
    assert found.low == pytest.approx(0.025 ** (1 / 6), abs=1e-9)
    assert found.high == 1
    assert "tied" not in found.sentence


def test_nothing_to_compare():
    for values in ([1, 1], [None, None]):
        found = compare_rows(table(one=[1, 1], two=values), "sliced-wasserstein", "one", "two")
        assert (found.wins, found.losses, found.p, found.low, found.high) == (0, 0, 1, 0, 1)


def test_a_metric_in_order():
    check = check_controls(table(content=[9, 9], style=[0, 0], color=[99, 0], one=[3, 4]))
    assert list(check) == ["sliced-wasserstein"]
    assert check["sliced-wasserstein"].sentence == ""
    assert check["sliced-wasserstein"].misplaced == ()
    assert check["sliced-wasserstein"].pictures == 2


def test_a_content_metric_has_the_other_order():
    there = {"content": [1, 1], "style": [0, 0], "one": [0.5, 0.5]}
    assert check_controls(table(**there, metric="ssim"))["ssim"].sentence == ""
    swapped = {"content": [0, 0], "style": [1, 1], "one": [0.5, 0.5]}
    assert check_controls(table(**swapped, metric="ssim"))["ssim"].misplaced == ("one",)


def test_a_metric_that_fails_says_where():
    """`one` is out of order on one pair only, `two` on all and so in the median."""
    check = check_controls(
        table(content=[9, 9, 9], style=[1, 1, 1], one=[3, 0.5, 4], two=[10, 11, 9])
    )["sliced-wasserstein"]
    assert check.misplaced == ("two",)
    assert (check.pictures, check.disordered) == (6, 4)
    assert check.sentence == (
        "sliced-wasserstein fails on the controls: its median of two is 10, and not between 1 of "
        "style unchanged and 9 of content unchanged; 4 of 6 pictures are out of order on their "
        "own pair"
    )


def test_medians_of_the_check_are_over_the_same_pairs():
    """The second pair is a harder one; who has no picture of it is not judged by it."""
    check = check_controls(table(content=[5, 90, 95], style=[1, 40, 45], one=[3, None, None]))
    assert check["sliced-wasserstein"].sentence == ""


def test_what_cannot_be_checked_is_said():
    for there in ({"content": [1], "one": [2]}, {"content": [1], "style": [2]}):
        check = check_controls(table(**there))["sliced-wasserstein"]
        assert check.pictures == 0
        assert check.sentence.startswith("sliced-wasserstein can't be checked: ")
