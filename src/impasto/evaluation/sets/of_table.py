"""Metrics of sets for the rows of a table: all pictures of a row are one set."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from impasto.errors import ImpastoError
from impasto.evaluation.fingerprint import metric_fingerprint
from impasto.evaluation.pairs import Pair
from impasto.evaluation.sets.catalog import SET_METRICS
from impasto.evaluation.sets.networks import find_network
from impasto.evaluation.sets.pictures import Mapped
from impasto.evaluation.sets.set_metric import SetMetric
from impasto.evaluation.store import Store
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
    store: Store,
    metrics: Sequence[SetMetric],
    files: Mapping[str, Path],
) -> Table:
    """Return a table with the numbers of each row's pictures as a set.

    A row without a picture of some pair is measured on those that it has, which is another set than
    that of a whole row. One that a metric refuses has no number there, and a note says why. What
    was measured before of the same pictures, with the same networks and code, is taken from there.

    Raises:
        OSError: the folder can't be written to any more.
    """
    of = {(pair.content.name, pair.style.name): pair for pair in pairs}
    networks = {name: _hash(path.read_bytes()) for name, path in files.items()}
    known, found = store.read_sets(), {row: dict[str, float]() for row in table.rows}
    notes: list[str] = []
    for row in table.rows:
        cells = [cell for cell in table.cells if cell.row == row and not cell.failure]
        outputs = Mapped(load_image, [store.folder / cell.picture for cell in cells])
        contents = Mapped(load_image, [of[cell.pair].content.path for cell in cells])
        styles = Mapped(load_image, [of[cell.pair].style.path for cell in cells])
        pictures = [
            (store.hash(cell.picture), of[cell.pair].content.sha256, of[cell.pair].style.sha256)
            for cell in cells
        ]
        for metric in metrics:
            seen = [networks[name] for name in metric.networks]
            key = _hash(f"{metric_fingerprint(metric)} {pictures} {seen}".encode())
            try:
                if key not in known:
                    known[key] = metric(outputs, contents, styles, files)
                    store.write_sets(known)
                found[row][metric.name] = known[key]
            except ImpastoError as error:
                notes.append(f"{metric.name} has no number for {row}: {error}")
    return replace(table, sets=found, notes=(*table.notes, *notes))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
