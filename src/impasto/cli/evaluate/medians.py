"""The medians of a table on standard output: what fits there of its report."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Shown

from impasto.cli.tables import print_table
from impasto.evaluation.control_check import check_controls
from impasto.evaluation.report import ARROWS, Line, cost_lines, headlines, score_lines
from impasto.evaluation.statistics import asked, scored
from impasto.evaluation.table import Table

NAMES = 14
"""Columns of a terminal that names of rows take at least; longer ones are folded."""

GAP = 2  # columns between two numbers


def print_medians(table: Table) -> None:
    """Print each row's medians and its time, those of the identity test, and what fails."""
    failing = check_controls(table).failing
    lines = (*score_lines(asked(table.cells), table, failing), *cost_lines(table)[:1])
    shown = _fitting(lines, headlines(table))
    _print("medians", shown, table.rows)
    if scored(table.identity):
        identity = Table(table.identity, {})
        print()
        _print("identity test", score_lines(scored(identity.cells), identity), identity.rows)
    if any(line.metric and line.metric.optimized for line in shown):
        print("\n† recipes of impasto optimize it: alone it proves little")
    if failing:
        print(f"\n‡ fails on the controls, see the report: {', '.join(failing)}")
    if len(shown) < len(lines):
        print(f"\n{len(lines) - len(shown)} more metrics are in the report")


def _fitting(lines: Sequence[Line], first: Sequence[str]) -> list[Line]:
    """Return as many lines as fit beside each other, the `first` metrics if not all do."""
    width = Console().width if Console().is_terminal else 100
    room = width - NAMES
    wanted = sorted(lines, key=lambda line: line.metric is not None and line.name not in first)
    fitting: list[str] = []
    for line in wanted:
        room -= GAP + max(len(_head(line)), *(len(number.text) for number in line.numbers))
        if room < 0:
            break
        fitting.append(line.name)
    return [line for line in lines if line.name in fitting]


def _head(line: Line) -> str:
    if line.metric is None:
        return line.name
    marks = ("†" if line.metric.optimized else "") + ("‡" if line.failing else "")
    return f"{line.name}{marks}{ARROWS[line.metric.better]}"


def _print(title: str, lines: Sequence[Line], rows: Sequence[str]) -> None:
    shown = Shown(box=None, header_style="bold", pad_edge=False)
    shown.add_column(title, overflow="fold")
    for line in lines:
        shown.add_column(_head(line), justify="right", no_wrap=True)
    for place, row in enumerate(rows):
        shown.add_row(escape(row), *(line.numbers[place].text for line in lines))
    print_table(shown)
