"""`impasto evaluate PICTURE --content C --style S`: one picture's numbers beside the controls'."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table

from impasto.cli.evaluate.form import Evaluate
from impasto.cli.evaluate.originals import find_originals
from impasto.cli.exits import OK
from impasto.cli.names import read_names
from impasto.cli.tables import print_table
from impasto.cli.terminal import say
from impasto.errors import ImpastoError
from impasto.evaluation.controls import CONTROL_PICTURES, IDENTICAL
from impasto.evaluation.measure import Scores, find_metrics, measure
from impasto.evaluation.metric import Metric
from impasto.evaluation.numbers import write_numbers
from impasto.evaluation.views import LARGEST, comparable
from impasto.images.picture import Picture, as_saved
from impasto.images.read import read_picture
from impasto.images.resize import same_proportions, size_of
from impasto.wording import printable

THIS = "this picture"


def evaluate_picture(given: Evaluate) -> int:
    """Measure a picture and the controls, and say it; return the exit code.

    Raises:
        ValueError: a metric is unknown, a file isn't a picture, or photo or painting is missing.
    """
    metrics = find_metrics(read_names(given.metrics, "--metrics"))
    name = given.picture or ""
    picture = read_picture(name)
    photo, painting, found = find_originals(name, given.content, given.style)
    content, style = read_picture(photo), read_picture(painting)
    rows = _measure(picture, content, style, metrics)
    notes = [*found, *picture.notes, *content.notes, *style.notes]
    if max(size_of(picture.image)) > LARGEST:
        notes.append(f"{picture.name} was measured at {LARGEST} pixels")
    if not same_proportions(size_of(picture.image), size_of(content.image)):
        notes.append(
            f"{picture.name} has other proportions than {content.name}, which was stretched to be "
            "compared with it: metrics of content say little"
        )
    refusals = _refusals(picture.name, rows)
    if given.json:
        print(json.dumps(_record((name, photo, painting), metrics, rows, notes), indent=2))
        return OK
    for note in () if given.quiet else (*notes, *refusals):
        say(note)
    _print(metrics, rows)
    return OK


def _measure(
    picture: Picture, content: Picture, style: Picture, metrics: Sequence[Metric]
) -> dict[str, Scores]:
    """Return the scores of a picture, and of the controls at its size, by row."""
    output, photo, painting = comparable(picture.image, content.image, style.image)
    own = measure(output, photo, painting, metrics)
    rows = {THIS: own}
    for name, make in CONTROL_PICTURES.items():
        # Someone waits for this: what is known before isn't worked out.
        known = [m for m in metrics if m.subject == IDENTICAL.get(name) and m.name in own.numbers]
        unknown = [metric for metric in metrics if metric not in known]
        rows[name] = measure(as_saved(make(photo, painting)), content.image, style.image, unknown)
        rows[name].numbers.update({metric.name: metric.ideal for metric in known})
    return rows


def _refusals(name: str, rows: Mapping[str, Scores]) -> list[str]:
    """Say of each metric why the picture has no number, or else why a control has none.

    Raises:
        ValueError: the picture has no number at all.
    """
    own = rows[THIS]
    if not own.numbers:
        metric, reason = next(iter(own.refusals.items()))
        raise ImpastoError(f"{name} has no number of any metric; {metric} says: {reason}")
    of_controls = {
        metric: f"{metric} has no number for {row}: {why}"
        for row, scores in rows.items()
        for metric, why in scores.refusals.items()
    }
    return [
        *(f"{metric} has no number: {why}" for metric, why in own.refusals.items()),
        *(said for metric, said in of_controls.items() if metric not in own.refusals),
    ]


def _print(metrics: Sequence[Metric], rows: Mapping[str, Scores]) -> None:
    table = Table("metric", "judges", "better", box=None, header_style="bold")
    for name in rows:
        table.add_column(name, justify="right")
    for metric in metrics:
        numbers = write_numbers([scores.numbers.get(metric.name) for scores in rows.values()])
        name = f"{metric.name}†" if metric.optimized else metric.name
        table.add_row(name, metric.subject, metric.better, *(number.text for number in numbers))
    print_table(table)
    if any(metric.optimized for metric in metrics):
        print("\n† recipes of impasto optimize it: alone it proves little")


def _record(
    files: tuple[str, str, str],
    metrics: Sequence[Metric],
    rows: Mapping[str, Scores],
    notes: list[str],
) -> dict[str, Any]:
    path, content, style = map(printable, files)
    return {
        "path": path,
        "content": content,
        "style": style,
        "metrics": {
            metric.name: {
                "judges": metric.subject,
                "better": metric.better,
                "optimized": metric.optimized,
                "scores": {row: scores.numbers.get(metric.name) for row, scores in rows.items()},
                "refusals": {
                    row: scores.refusals[metric.name]
                    for row, scores in rows.items()
                    if metric.name in scores.refusals
                },
            }
            for metric in metrics
        },
        "notes": notes,
    }
