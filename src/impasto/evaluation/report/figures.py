"""The pictures of a table as a page shows them, and what stands under each."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from impasto.estimate import describe_seconds
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.numbers import decimals, write_number
from impasto.evaluation.report.pages import embed_all
from impasto.evaluation.report.summary import HEADLINES
from impasto.evaluation.table import CONTROLS, Cell
from impasto.images.embed import Embedded

PHOTO, PAINTING = "the photo", "the painting"
SHOWN_AS: dict[str, str] = dict(zip(CONTROLS, (PHOTO, PAINTING), strict=False))
"""Two controls are the originals themselves, at the size of the results."""


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
    pictures = embed_all(paths, side, quality)
    return [_figure(cell, pictures.get(folder / cell.picture)) for cell in cells]


def shown_name(cell: Cell) -> str:
    """Return what a reader calls a picture: controls that are the originals are these."""
    return SHOWN_AS.get(cell.row, cell.row)


def short_notes(cell: Cell) -> tuple[str, ...]:
    """Return time and headline scores in a word or two each; the originals need none."""
    if cell.row in SHOWN_AS:
        return ()
    time = () if cell.seconds is None else (describe_seconds(cell.seconds),)
    return time + tuple(f"{name} {number}" for name, number in _headline_scores(cell).items())


def explained_scores(cell: Cell) -> tuple[str, ...]:
    """Return headline scores, each with the direction in which it is better."""
    return tuple(
        f"{name} {number}, {METRICS[name].better} is better"
        for name, number in _headline_scores(cell).items()
    )


def _headline_scores(cell: Cell) -> dict[str, str]:
    scores = {name: cell.scores[name] for name in HEADLINES if name in cell.scores}
    return {name: write_number(value, decimals([value])) for name, value in scores.items()}


def _figure(cell: Cell, picture: Embedded | None) -> Figure:
    name = shown_name(cell)
    originals = {PHOTO: cell.content, PAINTING: cell.style}
    what = originals.get(name, f"{cell.content} in the style of {cell.style}")
    gone = "" if picture else "the picture is not in the folder any more"
    return Figure(name, f"{name}: {what}", picture, short_notes(cell), cell.failure or gone)
