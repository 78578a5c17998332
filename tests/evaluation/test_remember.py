"""Answers are kept by pixels."""

import torch

from impasto.evaluation.remember import remembered


def test_answers_of_the_last_pictures_are_kept():
    asked = []

    @remembered(2)
    def total(*pictures):
        """Add them up."""
        asked.append(len(pictures))
        return sum(float(picture.sum()) for picture in pictures)

    one, two, three = (torch.full((1, 3, 2, 2), float(value)) for value in (1, 2, 3))
    assert [total(one), total(one.clone()), total(one, two), total(one)] == [12, 12, 36, 12]
    assert asked == [1, 2]
    assert total(two, one) == 36 and asked == [1, 2, 2]  # their order counts; (one, two) goes
    assert total(one) == 12 and len(asked) == 3
    assert total(three) == 36 and total(one) == 12 and len(asked) == 4
    assert total.__doc__ == "Add them up."


def test_an_answer_that_fails_is_not_kept():
    asked = []

    @remembered(1)
    def fail_once(picture):
        asked.append(picture)
        if len(asked) == 1:
            raise ValueError("no")
        return 7

    picture = torch.zeros(1)
    try:
        fail_once(picture)
    except ValueError as error:
        assert str(error) == "no"
    assert fail_once(picture) == 7


def test_views_of_memory_are_compared_by_what_they_show():
    @remembered(4)
    def first(picture):
        return float(picture.flatten()[0])

    grid = torch.arange(12.0).reshape(3, 4)
    assert first(grid.T) == 0 and first(grid.flip(0)) == 8 and first(grid[1:, ::2]) == 4
