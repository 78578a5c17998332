"""The pictures of a table as a page shows them, and what stands under each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from impasto.evaluation.catalog import METRICS
from impasto.evaluation.numbers import decimals, write_number
from impasto.evaluation.report.pages import embed_all
from impasto.evaluation.report.summary import headlines
from impasto.evaluation.table import CONTROLS, Cell, Table
from impasto.images.embed import Embedded
from impasto.wording import describe_seconds

PHOTO, PAINTING = "the photo", "the painting"
SHOWN_AS: dict[str, str] = dict(zip(CONTROLS, (PHOTO, PAINTING), strict=False))
"""Two controls are the originals themselves, at the size of the results."""


SUBJECTS = {"content": "photo", "style": "painting"}


@dataclass(frozen=True)
class Figure:
    """A picture and what stands under it; without the picture, why there is none."""

    name: str
    alt: str
    picture: Embedded | None
    notes: tuple[str, ...] = ()
    failure: str = ""


def make_figures(cells: Sequence[Cell], folder: Path, side: int, quality: int) -> list[Figure]:
    """Return a figure for each cell, its longer side at most `side` pixels."""
    paths = [folder / cell.picture for cell in cells if cell.picture]
    pictures, digits = embed_all(paths, side, quality), headline_decimals(cells)
    return [_figure(cell, pictures.get(folder / cell.picture), digits) for cell in cells]


def shown_name(cell: Cell) -> str:
    """Return what a reader calls a picture: controls that are the originals are these."""
    return SHOWN_AS.get(cell.row, cell.row)


def headline_decimals(cells: Sequence[Cell]) -> dict[str, int]:
    """Return how many decimals each headline score needs, the same under all pictures."""
    names = headlines(Table(tuple(cells), {}))
    return {
        name: decimals([cell.scores[name] for cell in cells if name in cell.scores])
        for name in names
    }


def short_notes(cell: Cell, digits: Mapping[str, int]) -> tuple[str, ...]:
    """Return time and headline scores in a word or two each; the originals need none."""
    if cell.row in SHOWN_AS:
        return ()
    time = () if cell.seconds is None else (describe_seconds(cell.seconds),)
    return time + tuple(f"{name} {number}" for name, number in _scores(cell, digits).items())


def explained_scores(cell: Cell, digits: Mapping[str, int]) -> tuple[str, ...]:
    """Return headline scores, each with what it judges and the direction in which it is better."""
    return tuple(
        f"{name} {number} (of the {SUBJECTS[metric.subject]}, {metric.better} is better)"
        for name, number in _scores(cell, digits).items()
        if (metric := METRICS[name])
    )


def _scores(cell: Cell, digits: Mapping[str, int]) -> dict[str, str]:
    return {
        name: write_number(cell.scores[name], places)
        for name, places in digits.items()
        if name in cell.scores
    }


def _figure(cell: Cell, picture: Embedded | None, digits: Mapping[str, int]) -> Figure:
    name = shown_name(cell)
    originals = {PHOTO: cell.content, PAINTING: cell.style}
    what = originals.get(name, f"{cell.content} in the style of {cell.style}")
    gone = "" if picture else "the picture is not in the folder any more"
    notes = short_notes(cell, digits)
    return Figure(name, f"{name}: {what}", picture, notes, cell.failure or gone)
