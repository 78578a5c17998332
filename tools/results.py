"""What the benchmarks found, as tables for the documentation: out of `benchmarks/results`."""

import json
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from impasto.evaluation import METRICS
from impasto.evaluation.numbers import write_numbers
from impasto.evaluation.statistics import medians
from impasto.evaluation.table import CONTROLS, Cell, Table

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"

EYES = RESULTS / "eyes.md"

METRICS_SHOWN = (
    "ms-ssim",
    "self-similarity",
    "contour-f1",
    "sliced-wasserstein",
    "random-filter",
    "coverage",
    "color",
)
"""Three of what is kept of the photo and four of what is reached of the painting, none of which a
recipe descends on and all of which hold on the controls."""

ARROWS = {"higher": "↑", "lower": "↓"}


def read_table(name: str) -> Table:
    """Return a table that a benchmark wrote."""
    stored = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return Table(tuple(Cell(**cell) for cell in stored["cells"]), stored["about"])


def median_rows(name: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return head and rows of a table of medians: a row for each method, the controls last."""
    table = read_table(name)
    found = medians(table)
    rows = [*table.methods, *CONTROLS]
    columns = [write_numbers([found[row].get(metric) for row in rows]) for metric in METRICS_SHOWN]
    seconds = write_numbers([_median(cell.seconds for cell in _of(table, row)) for row in rows])
    head = tuple(f"{metric} {ARROWS[METRICS[metric].better]}" for metric in METRICS_SHOWN)
    texts = ([number.text for number in column] for column in (*columns, seconds))
    return ("", *head, "seconds"), [(row, *cells) for row, *cells in zip(rows, *texts, strict=True)]


def joint_rows(name: str) -> list[tuple[str, str, str]]:
    """Return on how many pairs `standard` is ahead of each other method, or behind it."""
    stored = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    return [
        (
            each["other"],
            f"{each['ahead']} of {each['pairs']}",
            f"{each['behind']} of {each['pairs']}",
        )
        for each in stored["joint"]["counts"]
    ]


def _of(table: Table, row: str) -> list[Cell]:
    return [cell for cell in table.cells if cell.row == row]


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
