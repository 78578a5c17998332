"""Metrics of sets for the rows of a table: all pictures of a row are one set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from impasto.contracts import Image
from impasto.evaluation.pairs import Pair
from impasto.evaluation.sets.catalog import SET_METRICS
from impasto.evaluation.sets.networks import find_network
from impasto.evaluation.sets.set_metric import SetMetric
from impasto.evaluation.table import Table
from impasto.images.read import load_image
from impasto.weights.table import WeightsError


def find_set_metrics(files: Mapping[str, Path]) -> tuple[SetMetric, ...]:
    """Return the metrics of which the user named every network; the files are read to know them.

    Raises:
        WeightsError: a file isn't the network that it is named as, or no metric has all of its own.
    """
    found = tuple(m for m in SET_METRICS.values() if set(m.networks) <= set(files))
    for name in files:
        find_network(name, files, "a metric of sets")
        users = [metric for metric in SET_METRICS.values() if name in metric.networks]
        if not set(users) & set(found):
            lacking = sorted(set(users[0].networks) - set(files))
            raise WeightsError(
                f"{name} alone makes no metric: {users[0].name} needs {' and '.join(lacking)} too; "
                "name that file as well"
            )
    return found


def with_sets(
    table: Table,
    pairs: Sequence[Pair],
    folder: Path,
    metrics: Sequence[SetMetric],
    files: Mapping[str, Path],
) -> Table:
    """Return a table with the numbers of each row's pictures as a set.

    A row without a picture of some pair is measured on those that it has. One that a metric refuses
    has no number there, and a note says why.
    """
    of = {(pair.content.name, pair.style.name): pair for pair in pairs}
    found: dict[str, dict[str, float]] = {row: {} for row in table.rows}
    notes: dict[str, None] = {}
    for row in table.rows:
        cells = [cell for cell in table.cells if cell.row == row and not cell.failure]
        outputs = _Files([folder / cell.picture for cell in cells])
        contents = _Files([Path(of[cell.pair].content.path) for cell in cells])
        styles = _Files([Path(of[cell.pair].style.path) for cell in cells])
        for metric in metrics:
            try:
                found[row][metric.name] = metric(outputs, contents, styles, files)
            except ValueError as error:
                notes[f"{metric.name} has no number for {row}: {error}"] = None
    return replace(table, sets=found, notes=(*table.notes, *notes))


class _Files(Sequence[Image]):
    """Pictures that are read when they are taken: a hundred of them fill a memory."""

    def __init__(self, files: Sequence[Path]) -> None:
        self.files = files

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Image:  # type: ignore[override]  # nobody takes slices
        return load_image(self.files[index])
