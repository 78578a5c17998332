"""One photo and one painting in many ways: a contact sheet, and a page with a slider."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from impasto.atomic import AnyPath, write_atomically
from impasto.contracts import Image
from impasto.evaluation.report import words
from impasto.evaluation.report.figures import (
    PAINTING,
    PHOTO,
    explained_scores,
    headline_decimals,
    make_figures,
    short_notes,
    shown_name,
)
from impasto.evaluation.report.lines import Line
from impasto.evaluation.report.pages import GENERATOR, render
from impasto.evaluation.report.summary import COST, Summary, summarize
from impasto.evaluation.table import CONTROLS, Cell, Table
from impasto.images.destination import check_destination
from impasto.images.picture import ImageError
from impasto.images.read import load_image
from impasto.images.sheet import Tile, in_rows, sheet
from impasto.images.write import check_output, save_image
from impasto.recipes import RECIPES
from impasto.wording import printable

TILE = 400
"""Pixels of the box of each picture of the sheet: all recipes then fit into 2500 pixels."""

SIDE = 1024
"""Pixels of the longer side of the pictures of the page; larger ones are made smaller."""

QUALITY = 92
"""Of WebP: here people look for single strokes."""


def draw_sheet(table: Table, folder: Path) -> Image:
    """Return photo, painting and all results of a pair on one sheet, with time and scores.

    Under photo and painting stands too which way each score is better. What has no picture is left
    out, and so is the transfer of colors: it is no result.

    Raises:
        ImageError: one of the pictures can't be read.
    """
    originals = {PHOTO: lambda cell: cell.content, PAINTING: lambda cell: cell.style}
    digits, unfinished = headline_decimals(table.cells), _unfinished(table)
    tiles: list[Tile] = []
    for cell in _in_order(table):
        name = shown_name(cell)
        if cell.picture and (name in originals or cell.row not in CONTROLS):
            notes = (*_stand_in(table, cell.row), *short_notes(cell, digits))
            if name in originals:
                notes = (originals[name](cell), *explained_scores(cell, digits))
            if name == PHOTO and unfinished:
                notes = (*notes, unfinished)
            tiles.append(Tile(load_image(folder / cell.picture), name, notes))
    return sheet(in_rows(tiles), (TILE, TILE))


def check_comparison(output: AnyPath, protect: Sequence[AnyPath] = ()) -> None:
    """Refuse what `write_comparison` would refuse, before hours of work are spent.

    Raises:
        ImageError: the suffix names no format of pictures, a place can't be written to or is an
            input, or where the page would stand is a file that is none of these pages.
    """
    page = page_of(output)
    check_output(output, protect)
    check_destination(page, protect)
    try:
        known = not page.exists() or GENERATOR in page.read_text(encoding="utf-8")
    except (OSError, ValueError):
        known = False
    if not known:
        raise ImageError(
            f"{printable(page)} is there and no page of impasto, and the page of "
            f"{printable(output)} would replace it; expected another name; choose one"
        )


def write_comparison(
    table: Table, folder: Path, output: AnyPath, protect: Iterable[AnyPath] = ()
) -> tuple[str, ...]:
    """Write the sheet of a pair, and beside it, with the suffix .html, its page.

    Returns sentences for the user, mostly none.

    Raises:
        ImageError: the sheet can't be saved there, or one of the pictures can't be read.
        OSError: the page can't be written.
    """
    notes = save_image(output, draw_sheet(table, folder), protect=protect)
    write_atomically(page_of(output), _page(table, folder).encode())
    return notes


def page_of(output: AnyPath) -> Path:
    """Return where the page of a sheet is."""
    return Path(output).with_suffix(".html")


def _page(table: Table, folder: Path) -> str:
    cells = [cell for cell in _in_order(table) if cell.picture]
    figures = [
        replace(figure, notes=(*_stand_in(table, cell.row), *figure.notes))
        for cell, figure in zip(cells, make_figures(cells, folder, SIDE, QUALITY), strict=True)
        if figure.picture
    ]
    summary = summarize(table)
    heads, lines = _scores(table, summary)
    (content, style), *_ = table.pairs
    return render(
        "comparison.html",
        script="slider.js",
        content=content,
        style_name=style,
        figures=figures,
        heads=heads,
        lines=lines,
        summary=summary,
        legend=words.legend(heads, words.ORIGINALS),
        unfinished=_unfinished(table),
        about=table.about,
    )


def _stand_in(table: Table, row: str) -> tuple[str, ...]:
    """Say which network a recipe saw with, if not with the one that it names."""
    if row not in RECIPES or row not in table.about["recipes"]:
        return ()
    own = getattr(RECIPES[row].method, "encoder", None)
    used = table.about["recipes"][row]["settings"].get("encoder", own)
    return () if used == own else (f"{used} in the place of {own}",)


def _unfinished(table: Table) -> str:
    """Say how many of the recipes are there, if these aren't all."""
    done, planned = len(table.methods), len(table.about["recipes"])
    return f"stopped after {done} of {planned} recipes" if done < planned else ""


def _scores(table: Table, summary: Summary) -> tuple[Sequence[Line], Sequence[Line]]:
    """Return a line for each cost and metric, and the same numbers as a line for each row."""
    groups = sorted(summary.medians.groups.items(), key=lambda named: named[0] != COST)
    heads = [line for _, lines in groups for line in lines]
    columns = [line.numbers for line in heads]
    names = [
        next(shown_name(cell) for cell in table.cells if cell.row == row) for row in table.rows
    ]
    lines = [
        Line(name, tuple(column[place] for column in columns)) for place, name in enumerate(names)
    ]
    return heads, lines


def _in_order(table: Table) -> list[Cell]:
    return sorted(table.cells, key=lambda cell: table.rows.index(cell.row))
