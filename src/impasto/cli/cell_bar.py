"""How far a table is: a bar on standard error with the cell being made and the time left."""

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn

from impasto.cli.drawn import Drawn, console_for
from impasto.evaluation.suite import Place
from impasto.evaluation.table import CONTROLS
from impasto.wording import describe_seconds

STORED = 0.3
"""Seconds: a cell that took less was there already, and tells nothing about the others."""


class CellBar(Drawn):
    """The cell that is being made, the share of cells, and the time left."""

    def __init__(
        self, places: Sequence[Place], expected: Mapping[str, float], *, quiet: bool
    ) -> None:
        self.places = places
        self.pace = Pace(expected)
        super().__init__(
            console_for(quiet=quiet),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("{task.fields[left]}"),
            refresh_per_second=2,  # the runs that are timed shall have the processors
        )
        self.task = self.progress.add_task("", total=len(places), left="")
        self.done = 0
        self.began = time.monotonic()
        self._show()

    def advance(self) -> None:
        """Count the next cell as done, and show the one after it."""
        now = time.monotonic()
        self.pace.add(self.places[self.done].row.name, now - self.began)
        self.began = now
        self.done += 1
        self._show()

    def _show(self) -> None:
        rest = self.places[self.done :]
        seconds = self.pace.left([place.row.name for place in rest])
        self.progress.update(
            self.task,
            completed=self.done,
            description=f"{rest[0].row.name}: {rest[0].pair.name}" if rest else "",
            left=f"{describe_seconds(seconds)} left" if seconds else "",
        )


class Pace:
    """How long a cell takes, row by row: one recipe needs ten times as long as another.

    `expected` are the seconds that rows may take to paint, as far as that is known. Measuring comes
    on top, and is all that a control takes.
    """

    def __init__(self, expected: Mapping[str, float]) -> None:
        self.expected = expected
        self.taken: dict[str, list[float]] = defaultdict(list)

    def add(self, row: str, seconds: float) -> None:
        """Learn from a cell."""
        if seconds >= STORED:
            self.taken[row].append(seconds)

    def left(self, rows: Sequence[str]) -> float | None:
        """Return the seconds for cells of these rows; None if nothing is known yet."""
        if not self.taken and not self.expected:
            return None
        controls = [each for row in CONTROLS for each in self.taken.get(row, ())]
        measuring = mean(controls) if controls else 0.0
        return sum(number * self._each(row, measuring) for row, number in Counter(rows).items())

    def _each(self, row: str, measuring: float) -> float:
        taken = self.taken.get(row)
        return mean(taken) if taken else self.expected.get(row, 0.0) + measuring
