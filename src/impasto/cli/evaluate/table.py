"""`impasto evaluate --recipes A,B --pairs FILE -o FOLDER`: a table that resumes, and reports."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from impasto.choices import TABLE_SIZE
from impasto.cli.arguments import UsageError
from impasto.cli.evaluate.form import Evaluate
from impasto.cli.evaluate.medians import print_medians
from impasto.cli.exits import FAILED, INTERRUPTED, OK, RunError
from impasto.cli.filling import fill_shown
from impasto.cli.forecast import forecast
from impasto.cli.names import read_names
from impasto.cli.terminal import one_line, say
from impasto.evaluation.before import check_same, left_out
from impasto.evaluation.control_check import check_controls
from impasto.evaluation.fill import due
from impasto.evaluation.given import read_given
from impasto.evaluation.measure import find_metrics
from impasto.evaluation.memory import check_places
from impasto.evaluation.numbers import say_why_none
from impasto.evaluation.pairs import read_pairs
from impasto.evaluation.report import (
    to_json,
    write_report,
)
from impasto.evaluation.sets import SetMetric, find_set_metrics, with_sets
from impasto.evaluation.store import Store
from impasto.evaluation.suite import Suite, plan_suite
from impasto.evaluation.table import Cell, Table
from impasto.recipes import RECIPES, find_recipe
from impasto.wording import count, describe_seconds, printable

NAME = re.compile(r"\w[\w .+-]*")
"""Of another program: it becomes the name of a row and of a folder."""

GO_ON = "the same command goes on there"


def evaluate_table(given: Evaluate) -> int:
    """Fill a table, write it and its reports, and say what came out; return the exit code.

    Raises:
        ValueError: something cannot be used; nothing was started.
        RunError: it was interrupted, or the folder can't be written to any more.
    """
    began = time.monotonic()
    networks = _networks(given.networks)
    suite, folder = _plan(given), given.output or ""
    check_places(due(suite, Store(folder, make=False)))
    sets = find_set_metrics(networks)  # now, before hours are spent on pictures
    store = Store(folder)
    check_same(suite, store)
    known = suite.notes
    lost = left_out(suite, store, (metric.name for metric in sets))
    for note in () if given.quiet else filter(None, (*known, lost)):
        say(note)
    expected = {} if given.quiet else forecast(due(suite, store), suite.about["size"])
    cells = _fill(suite, store, expected, quiet=given.quiet)
    table = suite.table(cells)
    written = _write(table, store)
    if sets:  # the table is safe, whatever happens to them
        table = _with_sets(table, suite, store, sets, networks)
        written = _write(table, store)
    if not given.quiet:
        for note in _notes(table):
            if note not in known:  # it was said before the hours
                say(note)
    if given.json:
        print(json.dumps(to_json(table), indent=2))
    elif not given.quiet:
        print_medians(table)
        took = describe_seconds(time.monotonic() - began)
        files = ", ".join(printable(path) for path in written)
        shown = f"{count(len(cells), 'picture')} with the controls"
        print("\n" + one_line(f"{files}: {shown} in {took}"))
    failed = sum(bool(cell.failure) for cell in cells)
    if failed:
        say(f"{count(failed, 'picture')} of {len(cells)} failed; the same command tries again")
    return FAILED if failed else OK


def _notes(table: Table) -> list[str]:
    """Return what has to be said of a table beside its numbers; the report says more."""
    refusals = say_why_none(cell.refusals for cell in table.cells)
    return [*table.notes, *refusals, *check_controls(table).beyond.values()]


def _plan(given: Evaluate) -> Suite:
    """Read what is asked for, names first: they are told wrong before any picture is read."""
    recipes = [find_recipe(name) for name in read_names(given.recipes, "--recipes")]
    metrics = find_metrics(read_names(given.metrics, "--metrics"))
    folders = [_named(each) for each in given.given]
    pairs = read_pairs(given.pairs or "")
    return plan_suite(
        pairs,
        recipes,
        given=[read_given(name, folder, pairs) for name, folder in folders],
        metrics=metrics,
        size=TABLE_SIZE if given.size is None else given.size,
        seed=given.seed or 0,
        threads=given.threads,
        identity=given.identity,
    )


def _networks(given: Sequence[str]) -> dict[str, Path]:
    """Split each NAME=FILE."""
    found: dict[str, Path] = {}
    for text in given:
        name, equals, file = text.partition("=")
        if not (equals and file) or name in found:
            twice = "names a network twice" if name in found else f"is {text!r}"
            raise UsageError(f"--network {twice}; expected NAME=FILE, each network once")
        found[name] = Path(file)
    return found


def _named(text: str) -> tuple[str, str]:
    """Split NAME=FOLDER."""
    name, equals, folder = text.partition("=")
    if name in RECIPES:
        raise UsageError(
            f"--given calls pictures {name}, as one of our recipes is; expected another name, such "
            f"as --given 'my {name}={folder}'"
        )
    if not (equals and folder and NAME.fullmatch(name)):
        raise UsageError(
            f"--given is {text!r}; expected NAME=FOLDER, the name of letters, digits, spaces, "
            "'.', '+', '-' and '_'"
        )
    return name, folder


def _fill(suite: Suite, store: Store, expected: Mapping[str, float], *, quiet: bool) -> list[Cell]:
    try:
        cells, stop = fill_shown(suite, store, expected, quiet=quiet)
    except OSError as error:
        raise RunError(f"{_in_words(error)}; once that is mended, {GO_ON}") from error
    if stop is not None:
        done = f"{len(cells)} of {len(suite.places)} pictures with the controls"
        raise RunError(f"stopped after {done}; {GO_ON}", stop)
    return cells


def _with_sets(
    table: Table,
    suite: Suite,
    store: Store,
    sets: Sequence[SetMetric],
    networks: Mapping[str, Path],
) -> Table:
    try:
        return with_sets(table, suite.pairs, store, sets, networks)
    except KeyboardInterrupt:
        raise RunError(
            f"stopped at the metrics of sets; the table is there without them; {GO_ON}", INTERRUPTED
        ) from None


def _write(table: Table, store: Store) -> list[Path]:
    try:
        return write_report(table, store.folder)
    except OSError as error:
        raise RunError(f"{_in_words(error)}; once that is mended, {GO_ON}") from error


def _in_words(error: OSError) -> str:
    """Say what can't be written and why, and not to which file it was written before."""
    place = error.filename2 or error.filename
    if place is None:
        return str(error)
    return f"{printable(place)} can't be written ({error.strerror})"
