"""What a report says of a table, before anyone decides how it looks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from impasto.evaluation.control_check import check_controls
from impasto.evaluation.metric import Metric
from impasto.evaluation.numbers import say_why_none
from impasto.evaluation.report import words
from impasto.evaluation.report.lines import (
    Line,
    Measured,
    cost_lines,
    score_line,
    score_lines,
    write_line,
)
from impasto.evaluation.sets.catalog import SET_METRICS
from impasto.evaluation.statistics import (
    FEWEST,
    JOINT,
    Comparison,
    JointCount,
    asked,
    compare_rows,
    joint_counts,
    reference,
    scored,
)
from impasto.evaluation.table import Table
from impasto.wording import count

HEADLINES = (*JOINT, "coverage")
"""The metrics that stand where there is room for few. No recipe of ours optimizes any of them. The
last says whether all of the painting is there, which tells a collapse to one stroke."""

STAND_IN = {"ms-ssim": "ssim"}
"""For pictures that are too small for a metric of HEADLINES."""

FAILS = " (fails on the controls)"
COST = "Cost: median of time, peak of memory"


@dataclass(frozen=True)
class Grid:
    """Lines in named groups, with a column for every row of the table, the controls first."""

    caption: str
    columns: tuple[str, ...]
    groups: Mapping[str, tuple[Line, ...]]


@dataclass(frozen=True)
class SignLine:
    """One metric in a comparison of every other method with the reference."""

    metric: Metric
    failing: bool
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True)
class SignTests:
    """Every other method against the reference: metric by metric, and in several at once.

    There are no lines where there are too few paintings for a test, and no joint counts where no
    pair has all the numbers. `failing` are those of JOINT that fail on the controls.
    """

    reference: str
    others: tuple[str, ...]
    paintings: int
    lines: tuple[SignLine, ...]
    joint: tuple[JointCount, ...]
    failing: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether p of any test is below 0.05."""
        return any(found.p < 0.05 for line in self.lines for found in line.comparisons)


@dataclass(frozen=True)
class Summary:
    """All that is worked out of a table. Sentences are for the reader as they are."""

    title: str
    methods: tuple[str, ...]
    legend: str
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
    verdict, measured = check_controls(table), asked(table.cells)
    medians, styles = (_medians(table, measured, verdict.failing), _styles(table, verdict.failing))
    identity = _identity(Table(table.identity, {})) if scored(table.identity) else None
    sets = _sets(table) if any(table.sets.values()) else None
    said = (*verdict.beyond.values(), verdict.unchecked, verdict.singles)
    refusals = say_why_none(cell.refusals for cell in (*table.cells, *table.identity))
    return Summary(
        title=f"{count(len(table.methods), 'method')} on {count(len(table.pairs), 'pair')}",
        methods=table.methods,
        legend=words.legend(_lines(medians, *styles, *filter(None, (identity, sets)))),
        medians=medians,
        styles=styles,
        tests=_tests(table, verdict.failing) if len(table.methods) > 1 else None,
        identity=identity,
        sets=sets,
        failing=tuple(verdict.failing.values()),
        notes=(*table.notes, *filter(None, said), *_failures(table), *refusals),
        metrics=tuple(measured),
    )


def headlines(table: Table) -> tuple[str, ...]:
    """Return those of HEADLINES that have numbers, or what stands in for one that not all have."""
    some = {metric.name for metric in scored(table.cells)}
    every = {name for name in some if all(table.scores(row, name) for row in table.methods)}
    chosen = (STAND_IN[name] if _stands_in(name, every) else name for name in HEADLINES)
    return tuple(name for name in chosen if name in some)


def _stands_in(name: str, every: Collection[str]) -> bool:
    return name not in every and STAND_IN.get(name) in every


def _lines(*grids: Grid) -> list[Line]:
    return [line for grid in grids for lines in grid.groups.values() for line in lines]


def _medians(table: Table, used: Sequence[Metric], failing: Collection[str]) -> Grid:
    groups = {
        "Content kept": [m for m in used if m.subject == "content" and not m.optimized],
        "Style reached": [m for m in used if m.subject == "style" and not m.optimized],
        "What recipes optimize themselves": [m for m in used if m.optimized],
    }
    lines = {name: score_lines(metrics, table, failing) for name, metrics in groups.items()}
    lines[COST] = cost_lines(table)
    found = {name: each for name, each in lines.items() if each}
    return Grid("Medians over all pairs", table.rows, found)


def _styles(table: Table, failing: Collection[str]) -> tuple[Grid, ...]:
    used = {metric.name: metric for metric in scored(table.cells)}
    of_style = {
        style: replace(table, cells=tuple(cell for cell in table.cells if cell.style == style))
        for style in dict.fromkeys(cell.style for cell in table.cells)
    }
    return tuple(
        Grid(
            f"{name}{FAILS if name in failing else ''}, {used[name].better} is better",
            table.rows,
            {
                "": tuple(
                    score_line(style, used[name], part, table.rows, name in failing)
                    for style, part in of_style.items()
                )
            },
        )
        for name in headlines(table) or [metric.name for metric in asked(table.cells)]
        if name in used
    )


def _tests(table: Table, failing: Collection[str]) -> SignTests:
    first = reference(table)
    others = tuple(row for row in table.methods if row != first)
    paintings = len({cell.style for cell in table.cells})
    used = scored(table.cells) if paintings >= FEWEST else []
    lines = tuple(
        SignLine(
            metric,
            metric.name in failing,
            tuple(compare_rows(table, metric, other, first) for other in others),
        )
        for metric in sorted(used, key=lambda metric: metric.optimized)
    )
    faulty = tuple(name for name in JOINT if name in failing)
    return SignTests(first, others, paintings, lines, joint_counts(table), faulty)


def _identity(identity: Table) -> Grid:
    lines = score_lines(scored(identity.cells), identity)
    return Grid("Medians over all paintings", identity.rows, {"": lines})


def _sets(table: Table) -> Grid:
    pairs = {
        row: {cell.pair for cell in table.cells if cell.row == row and not cell.failure}
        for row in table.rows
    }
    lines: list[Line] = []
    for name, metric in SET_METRICS.items():
        if any(name in numbers for numbers in table.sets.values()):
            found = {row: Measured(table.sets[row].get(name), pairs[row]) for row in table.rows}
            numbers = write_line(found, len(table.pairs), metric.better)
            lines.append(Line(f"{name}, {metric.better} is better", numbers))
    return Grid("All pictures of a row as one set", table.rows, {"": tuple(lines)})


def _failures(table: Table) -> list[str]:
    return [
        f"{cell.row} has no picture of {cell.content} with {cell.style}: {cell.failure}"
        for cell in (*table.cells, *table.identity)
        if cell.failure
    ]
