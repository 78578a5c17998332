"""Recipes times pairs: the plan of a table. `fill` carries it out."""

import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import torch

from impasto.checks import check_seed
from impasto.choices import MIN_SIDE, TABLE_SIZE
from impasto.declare import Recipe
from impasto.errors import ImpastoError
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.metric import Metric
from impasto.evaluation.notes import notes_on
from impasto.evaluation.pairs import Pair
from impasto.evaluation.rows import ControlRow, RecipeRow, Row, recipe_row
from impasto.evaluation.table import CONTROLS, Cell, Table

IDENTITY_METRICS = (METRICS["psnr"], METRICS["ssim"])
"""Of the identity test: the ideal picture is known to the pixel."""


@dataclass(frozen=True)
class Place:
    """Where a cell will be: a row and a pair; of the identity test, a painting with itself."""

    row: Row
    pair: Pair
    asked: Mapping[str, Any]
    identity: bool = False

    @property
    def picture(self) -> str:
        """The file, relative to the folder."""
        row = folder_of(self.row.name)
        if self.identity:
            return f"identity/{row}/{self.pair.style.name}.png"
        return f"pictures/{row}/{self.pair.name}.png"


@dataclass(frozen=True)
class Suite:
    """What a table is to hold: places in the order in which they are filled."""

    places: tuple[Place, ...]
    metrics: tuple[Metric, ...]
    about: Mapping[str, Any]

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """The pairs of the table, each once."""
        return tuple(dict.fromkeys(place.pair for place in self.places if not place.identity))

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that are known before anything is made."""
        return tuple(dict.fromkeys(note for place in self.places for note in place.row.notes))

    def table(self, cells: Iterable[Cell]) -> Table:
        """Return the table of the cells of all places."""
        filled = list(zip(self.places, cells, strict=True))
        found = tuple(cell for place, cell in filled if not place.identity)
        tests = tuple(cell for place, cell in filled if place.identity)
        more = notes_on([(cell, place.pair) for place, cell in filled], self.about["size"])
        return Table(found, self.about, tests, (*self.notes, *more))


def plan_suite(
    pairs: Sequence[Pair],
    recipes: Sequence[Recipe],
    *,
    given: Sequence[Row] = (),
    metrics: Sequence[Metric] = tuple(METRICS.values()),
    size: int = TABLE_SIZE,
    seed: int = 0,
    threads: int | None = None,
    identity: bool = False,
) -> Suite:
    """Plan a table: the controls, recipes with pictures of one size, pictures of other programs.

    Raises:
        ValueError: a recipe can't be run so, size or seed are out of range, or two rows have one
            name.
    """
    if size < MIN_SIDE:
        raise ImpastoError(f"the size is {size}; expected at least {MIN_SIDE} pixels")
    check_seed(seed)
    controls = [ControlRow(name, size) for name in CONTROLS]
    painted = [recipe_row(recipe, size=size, seed=seed, threads=threads) for recipe in recipes]
    rows = (*controls, *painted, *given)
    _check_different(rows)
    about = {
        "size": size,
        "seed": seed,
        "contents": {pair.content.name: pair.content.sha256 for pair in pairs},
        "styles": {pair.style.name: pair.style.sha256 for pair in pairs},
        "metrics": [metric.name for metric in metrics],
        "recipes": {row.name: row.describe() for row in painted},
        "given": [row.name for row in given],
        **_environment(threads),
    }
    places = [*_places(pairs, rows), *(_identity_places(pairs, painted) if identity else ())]
    return Suite(tuple(places), tuple(metrics), about)


def folder_of(row: str) -> str:
    """Return a row's name as that of a folder."""
    return row.replace(" ", "-")


def _places(pairs: Sequence[Pair], rows: Sequence[Row]) -> Iterator[Place]:
    """Yield pair by pair: who looks at an unfinished folder finds all rows of some pairs."""
    for pair in pairs:
        for row in rows:
            asked = row.asked(pair)
            if asked is not None:
                yield Place(row, pair, asked)


def _identity_places(pairs: Sequence[Pair], rows: Sequence[RecipeRow]) -> Iterator[Place]:
    for painting in {pair.style.name: pair.style for pair in pairs}.values():
        twin = Pair(painting, painting)
        for row in rows:
            yield Place(row, twin, row.asked(twin), identity=True)


def _check_different(rows: Sequence[Row]) -> None:
    names = [folder_of(row.name).casefold() for row in rows]
    for row, name in zip(rows, names, strict=True):
        if names.count(name) > 1:
            raise ImpastoError(
                f"two rows have the name {row.name!r}; expected names that differ in more than "
                "capitals and spaces"
            )


def _environment(threads: int | None) -> dict[str, Any]:
    """Return what times depend on."""
    return {
        "threads": threads or torch.get_num_threads(),
        "versions": {"impasto": version("impasto"), "torch": torch.__version__},
        "machine": {
            "system": platform.system(),
            "architecture": platform.machine(),
            "processors": os.cpu_count(),
        },
    }
