"""The medians of a table on standard output: what fits there of its report."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table as Shown

from impasto.cli.tables import print_table
from impasto.evaluation.control_check import check_controls
from impasto.evaluation.metric import Metric
from impasto.evaluation.report import ARROWS, Line, cost_lines, headlines, score_lines
from impasto.evaluation.statistics import asked, scored
from impasto.evaluation.table import Table

MOST = 8
"""Columns of scores: more do not fit into a terminal, and the report has them all."""


def print_medians(table: Table) -> None:
    """Print each row's medians and its time, those of the identity test, and what fails."""
    failing = check_controls(table).failing
    lines = score_lines(_chosen(table), table, failing)
    _print("medians", (*lines, *cost_lines(table)[:1]), table.rows)
    if scored(table.identity):
        identity = Table(table.identity, {})
        print()
        _print("identity test", score_lines(scored(identity.cells), identity), identity.rows)
    if failing:
        print(f"\n‡ fails on the controls, see the report: {', '.join(failing)}")


def _chosen(table: Table) -> Sequence[Metric]:
    """Return all metrics if they are few, otherwise those that say most."""
    metrics = asked(table.cells)
    if len(metrics) <= MOST:
        return metrics
    names = headlines([metric.name for metric in scored(table.cells)])
    return [metric for metric in metrics if metric.name in names] or metrics[:MOST]


def _print(title: str, lines: Sequence[Line], rows: Sequence[str]) -> None:
    shown = Shown(title, box=None, header_style="bold", pad_edge=False)
    for line in lines:
        sign = f"{'‡' if line.failing else ''}{ARROWS[line.metric.better]}" if line.metric else ""
        # Where a terminal is narrow, the names of rows are broken, and none of metrics is cut.
        shown.add_column(f"{line.name}{sign}", justify="right", no_wrap=True)
    for place, row in enumerate(rows):
        shown.add_row(escape(row), *(line.numbers[place].text for line in lines))
    print_table(shown)
