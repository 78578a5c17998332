"""A suite filled with a bar on standard error, until it is done or a signal comes."""

from collections.abc import Mapping

from impasto.cli.cell_bar import CellBar
from impasto.cli.exits import INTERRUPTED, SIGNALED
from impasto.cli.interrupts import at_once
from impasto.cli.terminal import say
from impasto.evaluation.fill import fill
from impasto.evaluation.store import Store
from impasto.evaluation.suite import Suite
from impasto.evaluation.table import Cell


def fill_shown(
    suite: Suite, store: Store, expected: Mapping[str, float], *, quiet: bool
) -> tuple[list[Cell], int | None]:
    """Return the cells, and the exit code if a signal cut them short.

    `expected` are the seconds that rows may take for a picture, as far as that is known.

    Raises:
        OSError: the folder can't be written to any more.
    """
    cells: list[Cell] = []
    try:
        with at_once(), CellBar(suite.places, expected, quiet=quiet) as bar:
            for cell in fill(suite, store):
                cells.append(cell)
                if cell.failure:
                    say(f"{cell.row} of {cell.content}, {cell.style} failed: {cell.failure}")
                bar.advance()
    except KeyboardInterrupt as stop:
        return cells, SIGNALED + stop.args[0] if stop.args else INTERRUPTED
    return cells, None
