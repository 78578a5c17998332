"""Metrics of sets for the rows of a table: all pictures of a row are one set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from impasto.errors import ImpastoError
from impasto.evaluation.pairs import Pair
from impasto.evaluation.sets.catalog import SET_METRICS
from impasto.evaluation.sets.networks import find_network
from impasto.evaluation.sets.pictures import Mapped
from impasto.evaluation.sets.set_metric import SetMetric
from impasto.evaluation.table import Table
from impasto.images.read import load_image
from impasto.weights.table import WeightsError

TRIAL_SIDE = 96
"""Pixels: more than any of the networks needs, and a matter of seconds."""


def find_set_metrics(files: Mapping[str, Path]) -> tuple[SetMetric, ...]:
    """Return the metrics of which the user named every network.

    Each is tried out on two pictures of noise. So whatever is missing, be it a package, is known
    before hours are spent on pictures.

    Raises:
        WeightsError: a file isn't the network that it is named as, or no metric has all of its own.
        ImpastoError: a package of the extra `eval` isn't installed, or isn't as it is expected.
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
    rng = torch.Generator().manual_seed(0)
    noise = list(torch.rand(4, 1, 3, TRIAL_SIDE, TRIAL_SIDE, generator=rng))
    for metric in found:
        metric(noise[:2], noise[2:], noise[2:], files)
    return found


def with_sets(
    table: Table,
    pairs: Sequence[Pair],
    folder: Path,
    metrics: Sequence[SetMetric],
    files: Mapping[str, Path],
) -> Table:
    """Return a table with the numbers of each row's pictures as a set.

    A row without a picture of some pair is measured on those that it has, which is another set than
    that of a whole row. One that a metric refuses has no number there, and a note says why.
    """
    of = {(pair.content.name, pair.style.name): pair for pair in pairs}
    found: dict[str, dict[str, float]] = {row: {} for row in table.rows}
    notes: list[str] = []
    for row in table.rows:
        cells = [cell for cell in table.cells if cell.row == row and not cell.failure]
        outputs = Mapped(load_image, [folder / cell.picture for cell in cells])
        contents = Mapped(load_image, [of[cell.pair].content.path for cell in cells])
        styles = Mapped(load_image, [of[cell.pair].style.path for cell in cells])
        for metric in metrics:
            try:
                found[row][metric.name] = metric(outputs, contents, styles, files)
            except ImpastoError as error:
                notes.append(f"{metric.name} has no number for {row}: {error}")
    return replace(table, sets=found, notes=(*table.notes, *notes))
