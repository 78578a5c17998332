"""A table in its folder: table.json for programs, report.md and report.html for readers."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from impasto.atomic import write_atomically
from impasto.evaluation.report.figures import Figure, make_figures
from impasto.evaluation.report.markdown import to_markdown
from impasto.evaluation.report.pages import render
from impasto.evaluation.report.summary import summarize
from impasto.evaluation.statistics import JOINT, joint_counts
from impasto.evaluation.table import Table
from impasto.images.embed import QUALITY

SIDE = 480
"""Pixels of the longer side of the pictures: more than a third of a screen's width, and 96 of them
(twelve pairs of photo, painting and six results) make a page of 7 MB."""


def to_json(table: Table) -> dict[str, Any]:
    """Return a table as JSON has it, with a count that its rows don't show: of JOINT at once."""
    counts = [asdict(each) for each in joint_counts(table)]
    return {**table.to_json(), "joint": {"metrics": list(JOINT), "counts": counts}}


def write_report(table: Table, folder: Path) -> list[Path]:
    """Write table.json, report.md and report.html into the folder of a table; return where.

    The HTML is one file with the pictures in it. The Markdown has the numbers.

    Raises:
        OSError: they can't be written.
    """
    summary = summarize(table)
    pairs = _figures_by_pair(table, folder)
    files = {
        "table.json": json.dumps(to_json(table), indent=1) + "\n",
        "report.md": to_markdown(summary, table.about),
        "report.html": render("report.html", summary=summary, about=table.about, pairs=pairs),
    }
    for name, text in files.items():
        write_atomically(folder / name, text.encode())
    return [folder / name for name in files]


def _figures_by_pair(table: Table, folder: Path) -> dict[tuple[str, str], list[Figure]]:
    """Return figures in the order of the rows, so that every pair shows them alike."""
    cells = sorted(table.cells, key=lambda cell: table.rows.index(cell.row))
    found: dict[tuple[str, str], list[Figure]] = {pair: [] for pair in table.pairs}
    for cell, figure in zip(cells, make_figures(cells, folder, SIDE, QUALITY), strict=True):
        found[cell.pair].append(figure)
    return found
