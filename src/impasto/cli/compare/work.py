"""The work of `impasto compare`: a table of one pair, drawn as a sheet and as a page."""

import json
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from impasto.cli.compare.form import Compare
from impasto.cli.exits import FAILED, OK, RunError
from impasto.cli.filling import fill_shown
from impasto.cli.forecast import forecast
from impasto.cli.names import read_names
from impasto.cli.run.outputs import new_sheet
from impasto.cli.terminal import one_line, say
from impasto.evaluation.before import check_same
from impasto.evaluation.fill import due
from impasto.evaluation.measure import find_metrics
from impasto.evaluation.memory import check_places
from impasto.evaluation.numbers import say_why_none
from impasto.evaluation.pairs import Pair, read_original
from impasto.evaluation.report import (
    HEADLINES,
    STAND_IN,
    check_comparison,
    page_of,
    write_comparison,
)
from impasto.evaluation.store import Store
from impasto.evaluation.suite import Suite, plan_suite
from impasto.evaluation.table import CONTROLS, Cell, Table
from impasto.images.picture import ImageError
from impasto.recipes import RECIPES, find_recipe
from impasto.wording import count, describe_seconds, printable


def compare_pair(given: Compare) -> int:
    """Paint, measure and draw; return the exit code.

    Raises:
        ValueError: something cannot be used; nothing was started.
        RunError: it was interrupted, or something can't be written.
    """
    began = time.monotonic()
    output = given.output or new_sheet(given.photo, given.painting)
    check_comparison(output, (given.photo, given.painting))
    suite = _plan(given)
    check_places(suite.places if given.keep is None else due(suite, Store(given.keep, make=False)))
    with _folder(given) as folder:
        store = Store(folder)
        check_same(suite, store)
        advice = "" if given.keep else "; --keep FOLDER would keep what is finished"
        expected = {} if given.quiet else forecast(due(suite, store), given.size, advice)
        cells, stop = _fill(suite, store, expected, quiet=given.quiet)
        table = replace(suite, places=suite.places[: len(cells)]).table(cells)
        if stop is not None:
            raise RunError(f"stopped after {_stopped(suite, table, store, output, given)}", stop)
        refusals = say_why_none(cell.refusals for cell in table.cells)
        notes = (*table.notes, *refusals, *_draw(table, store, output, given))
    if not given.quiet:
        for note in notes:
            say(note)
    _tell(table, output, time.monotonic() - began, given)
    return FAILED if any(cell.failure for cell in cells) else OK


def _plan(given: Compare) -> Suite:
    recipes = [find_recipe(name) for name in read_names(given.recipes, "--recipes") or RECIPES]
    pair = Pair(read_original(given.photo), read_original(given.painting))
    return plan_suite(
        [pair],
        recipes,
        metrics=find_metrics((*HEADLINES, *STAND_IN.values())),
        size=given.size,
        seed=given.seed,
        threads=given.threads,
    )


@contextmanager
def _folder(given: Compare) -> Iterator[str]:
    """Yield the folder that keeps the pictures, or one that is gone afterwards."""
    if given.keep is not None:
        yield given.keep
        return
    with tempfile.TemporaryDirectory(prefix="impasto-") as folder:
        yield folder


def _fill(
    suite: Suite, store: Store, expected: Mapping[str, float], *, quiet: bool
) -> tuple[list[Cell], int | None]:
    try:
        return fill_shown(suite, store, expected, quiet=quiet)
    except OSError as error:
        raise RunError(str(error)) from error


def _stopped(suite: Suite, table: Table, store: Store, output: str, given: Compare) -> str:
    """Keep what is finished, as `impasto stylize` keeps the best picture so far; say where."""
    done, total = len(table.cells) - len(CONTROLS), len(suite.places) - len(CONTROLS)
    finished = f"{max(0, done)} of {count(total, 'recipe')}"
    if given.keep is not None:
        return f"{finished}; the same command goes on there"
    if not any(cell.picture for cell in table.cells if cell.row not in CONTROLS):
        return f"{finished}; nothing was saved"
    _draw(table, store, output, given)
    return f"{finished}; {printable(output)} shows what is finished"


def _draw(table: Table, store: Store, output: str, given: Compare) -> tuple[str, ...]:
    """Write sheet and page."""
    try:
        return write_comparison(table, store.folder, output, (given.photo, given.painting))
    except (ImageError, OSError) as error:
        raise RunError(str(error)) from error


def _tell(table: Table, output: str, seconds: float, given: Compare) -> None:
    """Say what was done: in one line, or for scripts."""
    results = [cell for cell in table.cells if cell.row not in CONTROLS]
    sheet, page = printable(output), printable(page_of(output))
    if given.json:
        print(json.dumps({
            "sheet": sheet,
            "page": page,
            "content": printable(given.photo),
            "style": printable(given.painting),
            "size": given.size,
            "seed": given.seed,
            "seconds": round(seconds, 3),
            "results": [_record(cell) for cell in table.cells if not cell.failure],
            "failed": [
                {"recipe": cell.row, "error": cell.failure} for cell in results if cell.failure
            ],
            "notes": list(table.notes),
        }, indent=2))  # fmt: skip
    elif not given.quiet:
        recipes = count(sum(not cell.failure for cell in results), "recipe")
        print(one_line(f"{sheet}, {page}: {recipes} in {describe_seconds(seconds)}"))


def _record(cell: Cell) -> dict[str, Any]:
    return {
        "name": cell.row,
        "seconds": cell.seconds,
        "memory": cell.memory,
        "scores": dict(cell.scores),
        "refusals": dict(cell.refusals),
    }
