"""Every picture of a table made and measured, and none of it twice.

A folder keeps what is finished. A picture is made anew when its recipe, its network, its inputs,
its size or its seed changed, and a score is measured anew when the picture or the code of its
metric changed.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from impasto.errors import ImpastoError
from impasto.evaluation.fingerprint import code_fingerprint, metric_fingerprint
from impasto.evaluation.measure import measure
from impasto.evaluation.metric import Metric
from impasto.evaluation.pairs import Pair
from impasto.evaluation.store import Record, Score, Store
from impasto.evaluation.suite import IDENTITY_METRICS, Place, Suite
from impasto.evaluation.table import Cell
from impasto.images.read import load_image

PREPARER = "impasto.evaluation.views"
"""The module whose code decides what metrics see of the pictures."""


def fill(suite: Suite, store: Store) -> Iterator[Cell]:
    """Yield the cell of every place of a suite, in their order, made where it isn't finished.

    A picture that can't be made is a cell with its sentence, and tried again the next time.

    Raises:
        OSError: the folder can't be written to any more.
    """
    for place in suite.places:
        metrics = IDENTITY_METRICS if place.identity else suite.metrics
        names = (place.row.name, place.pair.content.name, place.pair.style.name)
        try:
            record = _measured(_made(place, store), place, metrics, store)
        except ImpastoError as error:
            yield Cell(*names, picture="", scores={}, failure=str(error))
            continue
        scores = {metric.name: record.scores[metric.name] for metric in metrics}
        yield Cell(
            *names,
            picture=place.picture,
            scores={name: s.number for name, s in scores.items() if s.number is not None},
            refusals={name: s.refusal for name, s in scores.items() if s.number is None},
            seconds=record.seconds,
            memory=record.memory,
            made=record.made,
        )


def due(suite: Suite, store: Store) -> list[Place]:
    """Return the places whose pictures aren't there as they are asked for now."""
    return [place for place in suite.places if _finished(place, store) is None]


def _finished(place: Place, store: Store) -> Record | None:
    record = store.read(place.picture)
    return record if record is not None and record.answers(place.asked) else None


def _made(place: Place, store: Store) -> Record:
    """Return the record of a picture, which is made if it isn't there as it is asked for now."""
    before = store.read(place.picture)
    if before is not None and before.answers(place.asked):
        return before
    making = place.row.make(place.pair, store, place.picture)
    record = Record(
        place.asked,
        store.hash(place.picture),
        making.seconds,
        making.memory,
        making.made,
        scores=before.scores if before is not None else {},  # in case it is the same picture
    )
    store.write(place.picture, record)
    return record


def _measured(record: Record, place: Place, metrics: Sequence[Metric], store: Store) -> Record:
    """Return a record with the scores of some metrics, measured where they aren't there."""
    keys = {metric.name: _key(metric, record, place.pair) for metric in metrics}
    due = [
        metric
        for metric in metrics
        if metric.name not in record.scores or record.scores[metric.name].key != keys[metric.name]
    ]
    if not due:
        return record
    output = load_image(store.folder / place.picture)
    content, style = load_image(place.pair.content.path), load_image(place.pair.style.path)
    found = measure(output, content, style, due)
    new = {
        name: Score(keys[name], found.numbers.get(name), found.refusals.get(name, ""))
        for name in (metric.name for metric in due)
    }
    record = replace(record, scores={**record.scores, **new})
    store.write(place.picture, record)
    return record


def _key(metric: Metric, record: Record, pair: Pair) -> str:
    """Return what a score depends on, in one hash."""
    parts = (record.sha256, pair.content.sha256, pair.style.sha256, code_fingerprint(PREPARER))
    return hashlib.sha256(f"{metric_fingerprint(metric)} {parts}".encode()).hexdigest()
