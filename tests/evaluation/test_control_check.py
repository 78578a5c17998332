"""Metrics are judged by methods, and methods by metrics, against numbers worked out by hand."""

from of_numbers import joined, table

from impasto.evaluation.control_check import check_controls

STYLE = ("sliced-wasserstein", "random-filter", "coverage", "color")
CONTENT = ("ssim", "ms-ssim", "vif")


def test_a_metric_in_order():
    found = check_controls(table(content=[9, 9], style=[0, 0], color=[99, 0], one=[3, 4]))
    assert (found.failing, found.beyond, found.unchecked, found.singles) == ({}, {}, "", "")


def test_a_content_metric_has_the_other_order():
    there = {"content": [1, 1], "style": [0, 0], "one": [0.5, 0.5]}
    assert not check_controls(table("ssim", **there)).failing
    swapped = {"content": [0, 0], "style": [1, 1], "one": [0.5, 0.5]}
    assert list(check_controls(table("ssim", **swapped)).failing) == ["ssim"]


def test_a_metric_fails_by_its_medians_and_says_where():
    found = check_controls(
        table(content=[9, 9, 9], style=[1, 1, 1], one=[3, 4, 5], two=[10, 11, 9])
    )
    assert found.failing == {
        "sliced-wasserstein": "sliced-wasserstein fails on the controls: its median of two is "
        "10.00, and not between 1.00 of style unchanged and 9.00 of content unchanged"
    }


def test_single_pictures_are_counted_and_make_no_metric_fail():
    """`one` is out of order on one pair of three, and in order in the median."""
    found = check_controls(table(content=[9, 9, 9], style=[1, 1, 1], one=[3, 0.5, 4]))
    assert found.failing == {}
    assert found.singles == (
        "a metric that holds by its medians may not hold on a single picture; out of order with "
        "the controls of their own pair are: sliced-wasserstein 1 of 3"
    )


def test_noise_is_no_fault_of_the_metrics():
    """`noise` is beyond the photo in three of four: that is said, and metrics are judged by one."""
    rows = {"content": [9, 9], "style": [1, 1], "one": [3, 4]}
    three, fourth = table(*STYLE[:3], **rows, noise=[20, 30]), table(STYLE[3], **rows, noise=[2, 0])
    found = check_controls(joined(three, fourth))
    assert found.failing == {}
    assert found.beyond == {
        "noise": "noise lies beyond content unchanged in 3 of 4 style metrics: it is no nearer to "
        "the painting than the unchanged photo; metrics are judged without it"
    }
    assert (found.unchecked, found.singles) == ("", "")


def test_a_copy_of_the_photo_and_one_of_the_painting_are_found():
    rows = {"one": [3], "photo": [9], "painting": [1]}
    style = table(*STYLE, content=[9], style=[1], **rows)
    found = check_controls(joined(style, table(*CONTENT, content=[9], style=[1], **rows)))
    assert [(row, words.split(":")[0]) for row, words in found.beyond.items()] == [
        ("photo", "photo lies beyond content unchanged in 4 of 4 style metrics"),
        ("painting", "painting lies beyond style unchanged in 3 of 3 content metrics"),
    ]
    assert "no nearer to the photo than the unchanged painting;" in found.beyond["painting"]
    assert not found.failing


def test_a_metric_that_is_alone_with_its_opinion_fails():
    """One of four style metrics puts `one` behind the photo, and three don't."""
    rows = {"content": [9], "style": [1]}
    found = check_controls(
        joined(table(*STYLE[:3], **rows, one=[3]), table("color", **rows, one=[9]))
    )
    assert list(found.failing) == ["color"]
    assert found.beyond == {}


def test_half_of_the_metrics_are_not_most():
    rows = {"content": [9], "style": [1]}
    found = check_controls(
        joined(table(*STYLE[:2], **rows, one=[3]), table(*STYLE[2:], **rows, one=[9]))
    )
    assert list(found.failing) == list(STYLE[2:])
    assert found.beyond == {}


def test_medians_of_the_check_are_over_the_same_pairs():
    """The second pair is a harder one; who has no picture of it is not judged by it."""
    found = check_controls(table(content=[5, 90, 95], style=[1, 40, 45], one=[3, None, None]))
    assert not found.failing


def test_what_cannot_be_checked_is_said():
    for there in ({"content": [1], "one": [2]}, {"content": [1], "style": [2]}):
        found = check_controls(table("ssim", "color", **there))
        assert found.failing == {}
        assert found.unchecked.startswith("ssim, color can't be checked on the controls: ")
