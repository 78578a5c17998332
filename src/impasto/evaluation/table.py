"""A table of results: one cell for every row (a recipe, a control, another program) and pair."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

CONTROLS = ("content unchanged", "style unchanged", "color transfer only")
"""The rows of every table: what nobody worked for. A number that does not tell a method from one of
them says nothing about it."""


@dataclass(frozen=True)
class Cell:
    """One picture and what was measured of it.

    `picture` is its file, relative to the table's folder. `scores` are by metric; `refusals` say in
    a sentence why a metric has none. `seconds` (of the run) and `memory` (bytes, the peak of its
    process) are None where the picture was not made here; `made` says with which versions and how
    many threads it was. `failure` is empty, or says in a sentence why there is no picture; then
    `picture` is empty and there are no scores.
    """

    row: str
    content: str
    style: str
    picture: str
    scores: Mapping[str, float]
    refusals: Mapping[str, str] = field(default_factory=dict[str, str])
    seconds: float | None = None
    memory: int | None = None
    made: Mapping[str, Any] = field(default_factory=dict[str, Any])
    failure: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The photo and the painting, by name."""
        return self.content, self.style


@dataclass(frozen=True)
class Table:
    """All cells, and `about`: size, seed, versions, machine, settings of the recipes.

    `identity` are cells of their own: a recipe that was given one painting as photo and as style,
    where the ideal picture is the painting. `notes` are sentences for the reader. `sets` are the
    metrics of all pictures of a row together, by row and metric, if networks for them were named.
    """

    cells: tuple[Cell, ...]
    about: Mapping[str, Any]
    identity: tuple[Cell, ...] = ()
    notes: tuple[str, ...] = ()
    sets: Mapping[str, Mapping[str, float]] = field(default_factory=dict[str, Mapping[str, float]])

    @property
    def rows(self) -> tuple[str, ...]:
        """The names of the rows, controls first, otherwise in the order of the cells."""
        names = dict.fromkeys(cell.row for cell in self.cells)
        return (
            *(name for name in CONTROLS if name in names),
            *(n for n in names if n not in CONTROLS),
        )

    @property
    def methods(self) -> tuple[str, ...]:
        """The names of the rows that are no controls."""
        return tuple(row for row in self.rows if row not in CONTROLS)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The pairs, in the order of the cells."""
        return tuple(dict.fromkeys(cell.pair for cell in self.cells))

    def scores(self, row: str, metric: str) -> dict[tuple[str, str], float]:
        """Return a metric's numbers of a row by pair; pairs without a number are left out."""
        cells = (cell for cell in self.cells if cell.row == row and metric in cell.scores)
        return {cell.pair: cell.scores[metric] for cell in cells}

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "about": dict(self.about),
            "notes": list(self.notes),
            "sets": {row: dict(numbers) for row, numbers in self.sets.items()},
            "cells": [asdict(cell) for cell in self.cells],
            "identity": [asdict(cell) for cell in self.identity],
        }
