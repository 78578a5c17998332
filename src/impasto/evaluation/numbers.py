"""Numbers as a reader wants them: with the digits that tell rows apart, and no others."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from impasto.wording import count

SIGNIFICANT = 3
"""Digits of a typical number of a line. More of them tell apart what nobody can see."""

MOST_DECIMALS = 5
SEEN = 1e-4
"""From here on a number is told from 0, however large the others of its line are."""

LARGEST = 1e6
"""From here on a number is written with an exponent."""

NOTHING = "-"


@dataclass(frozen=True)
class Number:
    """A number and its text; `value` is None where there is none. `best` of all methods?

    `partial` says that it is of some pairs only.
    """

    text: str
    value: float | None = None
    best: bool = False
    partial: bool = False


def write_numbers(values: Sequence[float | None], best: Sequence[bool] = ()) -> tuple[Number, ...]:
    """Write the numbers of one line, all with as many decimals, so that they can be compared."""
    places = decimals([value for value in values if value is not None])
    marks = best or [False] * len(values)
    return tuple(
        Number(NOTHING if value is None else _told_from_zero(value, places), value, mark)
        for value, mark in zip(values, marks, strict=True)
    )


def _told_from_zero(value: float, places: int) -> str:
    text = write_number(value, places)
    return f"{value:.0e}" if abs(value) >= SEEN and not float(text) else text


def write_number(value: float, places: int) -> str:
    """Write a number with so many decimals; never as a negative zero."""
    return f"{value:.2e}" if abs(value) >= LARGEST else f"{value:z.{places}f}"


def decimals(values: Sequence[float]) -> int:
    """Return how many decimals a line needs for SIGNIFICANT digits of its typical number."""
    sizes = [abs(value) for value in values if value]
    if not sizes:
        return 0
    return min(MOST_DECIMALS, max(0, SIGNIFICANT - 1 - math.floor(math.log10(median(sizes)))))


def say_why_none(refusals: Iterable[Mapping[str, str]]) -> list[str]:
    """Return a sentence for each metric that refuses pictures, with the first reason it gave.

    `refusals` are those of each picture, by metric.
    """
    reasons: dict[str, list[str]] = {}
    for refused in refusals:
        for metric, reason in refused.items():
            reasons.setdefault(metric, []).append(reason)
    return [
        f"{metric} has no number for {count(len(found), 'picture')}: {found[0]}"
        for metric, found in reasons.items()
    ]
