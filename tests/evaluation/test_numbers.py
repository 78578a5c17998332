import pytest

from impasto.evaluation.numbers import decimals, say_why_none, write_number, write_numbers


@pytest.mark.parametrize(
    "values, texts",
    [
        ([0.61234, 0.05], ["0.612", "0.050"]),
        ([12.345, 9.8], ["12.3", "9.8"]),
        ([0.0, 0.00123], ["0.00000", "0.00123"]),
        ([1e-9, 2e-9], ["0.00000", "0.00000"]),
        ([123.4, 99999.0], ["123", "99999"]),
        ([1234567.0, 5.0], ["1.23e+06", "5"]),
        ([-0.00001, 0.5], ["0.000", "0.500"]),
        ([0.0003, 0.0, 0.5, 0.5], ["3e-04", "0.000", "0.500", "0.500"]),
        ([-3.14159], ["-3.14"]),
        ([0.0], ["0"]),
        ([None, 0.25], ["-", "0.250"]),
        ([None], ["-"]),
        ([], []),
    ],
)
def test_digits_that_tell_numbers_apart(values, texts):
    found = write_numbers(values)
    assert [number.text for number in found] == texts
    assert [number.value for number in found] == values


def test_one_outlier_does_not_take_the_digits_of_the_others():
    assert decimals([0.5, 0.6, 0.7, 1000.0]) == 3


def test_marks():
    assert [n.best for n in write_numbers([1.0, 2.0], [False, True])] == [False, True]


def test_never_a_negative_zero():
    assert write_number(-0.0004, 3) == "0.000"


def test_one_sentence_for_each_metric_without_a_number():
    refusals = [{"ssim": "too small", "vif": "plain"}, {}, {"ssim": "smaller still"}]
    assert say_why_none(refusals) == [
        "ssim has no number for 2 pictures: too small",
        "vif has no number for 1 picture: plain",
    ]
