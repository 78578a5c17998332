"""What a report says of a table, before anyone decides how it looks."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.metric import Metric
from impasto.evaluation.report.numbers import Number, write_numbers
from impasto.evaluation.sets.catalog import SET_METRICS
from impasto.evaluation.statistics import (
    Comparison,
    check_controls,
    compare_rows,
    medians,
    style_medians,
)
from impasto.evaluation.table import CONTROLS, Cell, Table
from impasto.images.picture import count

HEADLINES = ("ms-ssim", "sliced-wasserstein", "random-filter", "coverage")
"""The metrics that stand where there is room for few. No recipe of ours optimizes any of them: how
much of the photo is left, as people see it; how near the painting's statistics are, once with VGG
and once without; and whether all of the painting is there, which tells a collapse to one stroke."""

COST = "Cost: median of time, peak of memory"


@dataclass(frozen=True)
class Line:
    """One line of a grid: what it is about and a number for every column."""

    name: str
    numbers: tuple[Number, ...]
    metric: Metric | None = None
    failing: bool = False


@dataclass(frozen=True)
class Grid:
    """Lines in named groups, with a column for every row of the table, the controls first."""

    caption: str
    columns: tuple[str, ...]
    groups: Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True)
class SignTests:
    """Every other method against the first one, metric by metric."""

    first: str
    others: tuple[str, ...]
    lines: tuple[tuple[Metric, tuple[Comparison, ...]], ...]


@dataclass(frozen=True)
class Summary:
    """All that is worked out of a table. Sentences are for the reader as they are."""

    title: str
    methods: tuple[str, ...]
    medians: Grid
    styles: tuple[Grid, ...]
    tests: SignTests | None
    identity: Grid | None
    sets: Grid | None
    failing: tuple[str, ...]
    notes: tuple[str, ...]
    metrics: tuple[Metric, ...]


def summarize(table: Table) -> Summary:
    """Work out what a report says."""
    checks = {name: check for name, check in check_controls(table).items() if check.sentence}
    failing = {name: check.sentence for name, check in checks.items() if check.pictures}
    unknown = [check.sentence for name, check in checks.items() if name not in failing]
    methods = tuple(row for row in table.rows if row not in CONTROLS)
    used = scored(table.cells)
    identity = Table(table.identity, {})
    return Summary(
        title=f"{count(len(methods), 'method')} on {count(len(table.pairs), 'pair')}",
        methods=methods,
        medians=_medians(table, used, failing),
        styles=_styles(table, [metric for metric in used if metric.name in HEADLINES]),
        tests=_tests(table, methods, used) if len(methods) > 1 else None,
        identity=_identity(identity) if scored(table.identity) else None,
        sets=_sets(table) if any(table.sets.values()) else None,
        failing=tuple(failing.values()),
        notes=(*table.notes, *unknown, *_failures(table), *_refusals(table)),
        metrics=tuple(used),
    )


def scored(cells: Iterable[Cell]) -> list[Metric]:
    """Return the metrics of which there is at least one number, in the order of the catalog."""
    names = {name for cell in cells for name in cell.scores}
    return [metric for name, metric in METRICS.items() if name in names]


def score_lines(
    metrics: Iterable[Metric],
    rows: Sequence[str],
    found: Mapping[str, Mapping[str, float]],
    failing: Iterable[str] = (),
) -> tuple[Line, ...]:
    """Return a line of numbers for each metric, of `found[row][metric]`."""
    return tuple(
        _line(
            metric.name,
            metric,
            rows,
            {row: found[row].get(metric.name) for row in rows},
            metric.name in failing,
        )
        for metric in metrics
    )


def cost_lines(rows: Sequence[str], cells: Sequence[Cell]) -> tuple[Line, ...]:
    """Return lines with the median time and the peak of memory of the pictures of each row."""
    of = {row: [cell for cell in cells if cell.row == row] for row in rows}
    times = [[c.seconds for c in of[row] if c.seconds is not None] for row in rows]
    peaks = [[c.memory for c in of[row] if c.memory is not None] for row in rows]
    costs = {
        "seconds": [median(each) if each else None for each in times],
        "memory in MB": [max(each) / 1e6 if each else None for each in peaks],
    }
    return tuple(
        Line(name, write_numbers(values))
        for name, values in costs.items()
        if any(value is not None for value in values)
    )


def _medians(table: Table, used: Sequence[Metric], failing: Iterable[str]) -> Grid:
    found = medians(table)
    groups = {
        "Content kept": [m for m in used if m.subject == "content" and not m.optimized],
        "Style reached": [m for m in used if m.subject == "style" and not m.optimized],
        "What recipes optimize themselves": [m for m in used if m.optimized],
    }
    lines = {
        name: score_lines(metrics, table.rows, found, failing)
        for name, metrics in groups.items()
        if metrics
    }
    costs = cost_lines(table.rows, table.cells)
    return Grid("Medians over all pairs", table.rows, lines | ({COST: costs} if costs else {}))


def _styles(table: Table, metrics: Sequence[Metric]) -> tuple[Grid, ...]:
    by_style = style_medians(table)
    return tuple(
        Grid(
            f"{metric.name}, {metric.better} is better",
            table.rows,
            {"": tuple(
                _line(style, metric, table.rows, {r: rows[r].get(metric.name) for r in table.rows})
                for style, rows in by_style.items()
            )},
        )
        for metric in metrics
    )  # fmt: skip


def _tests(table: Table, methods: Sequence[str], used: Sequence[Metric]) -> SignTests:
    first, *others = methods
    return SignTests(
        first,
        tuple(others),
        tuple(
            (metric, tuple(compare_rows(table, metric.name, other, first) for other in others))
            for metric in sorted(used, key=lambda metric: metric.optimized)
        ),
    )


def _identity(identity: Table) -> Grid:
    lines = score_lines(scored(identity.cells), identity.rows, medians(identity))
    return Grid("Medians over all paintings", identity.rows, {"": lines})


def _sets(table: Table) -> Grid:
    used = [
        metric
        for name, metric in SET_METRICS.items()
        if any(name in numbers for numbers in table.sets.values())
    ]
    lines: list[Line] = []
    for metric in used:
        values = {row: table.sets[row].get(metric.name) for row in table.rows}
        numbers = write_numbers(list(values.values()), _best(metric.better, values))
        lines.append(Line(f"{metric.name}, {metric.better} is better", numbers))
    return Grid("All pictures of a row as one set", table.rows, {"": tuple(lines)})


def _line(
    name: str,
    metric: Metric,
    rows: Sequence[str],
    values: Mapping[str, float | None],
    failing: bool = False,
) -> Line:
    """Write the numbers of a metric and mark the best of the methods, if there are several."""
    numbers = {row: values[row] for row in rows}
    written = write_numbers(list(numbers.values()), _best(metric.better, numbers))
    return Line(name, written, metric, failing)


def _best(better: str, values: Mapping[str, float | None]) -> list[bool]:
    """Tell of each row whether it is the best of several methods."""
    known = {row: value for row, value in values.items() if value is not None}
    methods = {row: value for row, value in known.items() if row not in CONTROLS}
    if len(methods) < 2:
        return [False] * len(values)
    top = (max if better == "higher" else min)(methods.values())
    return [methods.get(row) == top for row in values]


def _failures(table: Table) -> list[str]:
    return [
        f"{cell.row} has no picture of {cell.content} with {cell.style}: {cell.failure}"
        for cell in (*table.cells, *table.identity)
        if cell.failure
    ]


def _refusals(table: Table) -> list[str]:
    found = Counter(
        (name, sentence)
        for cell in (*table.cells, *table.identity)
        for name, sentence in cell.refusals.items()
    )
    return [
        f"{name} has no number for {count(pictures, 'picture')}: {sentence}"
        for (name, sentence), pictures in found.items()
    ]
