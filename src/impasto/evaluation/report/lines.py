"""Lines of numbers, with a column for every row of a table."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from impasto.evaluation.metric import Metric
from impasto.evaluation.numbers import Number, write_numbers
from impasto.evaluation.table import CONTROLS, Table

PairName = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """One line of a grid: what it is about and a number for every column."""

    name: str
    numbers: tuple[Number, ...]
    metric: Metric | None = None
    failing: bool = False

    @property
    def partial(self) -> bool:
        """Whether a number is of fewer pairs than the table has, and says so."""
        return any(number.partial for number in self.numbers)


@dataclass(frozen=True)
class Measured:
    """A number of a row, None if it has none, and the pairs that it was made of."""

    value: float | None
    pairs: Collection[PairName]


def score_lines(
    metrics: Iterable[Metric], table: Table, failing: Collection[str] = ()
) -> tuple[Line, ...]:
    """Return a line with the medians of each metric."""
    return tuple(
        score_line(metric.name, metric, table, table.rows, metric.name in failing)
        for metric in metrics
    )


def score_line(
    name: str, metric: Metric, table: Table, rows: Sequence[str], failing: bool = False
) -> Line:
    """Return a line with the medians of one metric over the pairs of a table.

    Of a metric that fails on the controls no number is the best.
    """
    measured = _gather({row: table.scores(row, metric.name) for row in rows}, median)
    better = "" if failing else metric.better
    return Line(name, write_line(measured, len(table.pairs), better), metric, failing)


def cost_lines(table: Table) -> tuple[Line, ...]:
    """Return lines with the median time and the peak of memory, as far as they are known."""
    cells = {row: [cell for cell in table.cells if cell.row == row] for row in table.rows}
    seconds = {
        row: {cell.pair: cell.seconds for cell in each if cell.seconds is not None}
        for row, each in cells.items()
    }
    memory = {
        row: {cell.pair: cell.memory / 1e6 for cell in each if cell.memory is not None}
        for row, each in cells.items()
    }
    return tuple(
        Line(name, write_line(measured, len(table.pairs)))
        for name, measured in (
            ("seconds", _gather(seconds, median)),
            ("memory in MB", _gather(memory, max)),
        )
        if any(each.pairs for each in measured.values())
    )


def write_line(
    measured: Mapping[str, Measured], whole: int, better: str = ""
) -> tuple[Number, ...]:
    """Write a number for each row, and of how many pairs it is if these aren't the `whole`.

    The best of several methods is marked where all that have a number have it of the same pairs.
    """
    values = [each.value for each in measured.values()]
    numbers = write_numbers(values, _best(measured, better))
    return tuple(
        replace(number, text=f"{number.text} ({len(each.pairs)} of {whole})", partial=True)
        if each.value is not None and len(each.pairs) < whole
        else number
        for number, each in zip(numbers, measured.values(), strict=True)
    )


def _best(measured: Mapping[str, Measured], better: str) -> list[bool]:
    """Tell of each row whether it is the best of several methods."""
    methods = {
        row: each.value
        for row, each in measured.items()
        if row not in CONTROLS and each.value is not None
    }
    comparable = len({frozenset(measured[row].pairs) for row in methods}) == 1
    if not better or len(methods) < 2 or not comparable:
        return [False] * len(measured)
    top = (max if better == "higher" else min)(methods.values())
    return [methods.get(row) == top for row in measured]


def _gather(
    found: Mapping[str, Mapping[PairName, float]], number: Callable[[Iterable[float]], float]
) -> dict[str, Measured]:
    return {
        row: Measured(number(values.values()) if values else None, values.keys())
        for row, values in found.items()
    }
