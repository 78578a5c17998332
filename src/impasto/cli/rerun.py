"""`impasto rerun`: make a picture again, from what it knows of itself."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import torch
import tyro

from impasto.checkpoint import machine_changes
from impasto.cli.arguments import File, Files, Name, Output, UsageError, Watching, parse
from impasto.cli.exits import OK
from impasto.cli.locate import locate_inputs
from impasto.cli.outputs import beside
from impasto.cli.perform import perform, tell
from impasto.cli.request import Request
from impasto.cli.task import Places, start
from impasto.images.metadata import read_metadata
from impasto.images.picture import printable

AS_STORED = ("recipe", "settings", "color", "style_weights", "seed")
"""What a picture says of its making in the words of a request."""


@dataclass(frozen=True)
class Rerun:
    """Make a picture of impasto again: the same recipe, settings, seed and inputs.

    impasto rerun picture.png -o again.png
    """

    picture: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="PICTURE")]
    """a picture that impasto made"""
    output: Output = None
    """where the new one goes; by default a new file beside it"""
    content: File = None
    """the photo, if it is not where it was"""
    styles: Files = ()
    """the paintings, if they are not where they were"""
    device: Name = "cpu"
    """where to compute: cpu, cuda, mps"""
    watching: tyro.conf.OmitArgPrefixes[Watching] = field(default_factory=Watching)


def main(arguments: Sequence[str]) -> int:
    """Make a picture again, from what it knows of itself."""
    given = parse(Rerun, arguments, "impasto rerun")
    name, made = printable(given.picture), read_metadata(given.picture)
    if made is None:
        raise UsageError(
            f"{name} doesn't say how it was made; expected a picture that impasto saved, without "
            "--no-metadata, and that no other program saved again"
        )
    try:
        request, notes = _request(given, made)
        threads = int(made["machine"]["threads"])
        stop_after = int(made["evaluations"]) if made.get("stopped") else None
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UsageError(
            f"what {name} says of its making is damaged ({error!r}); expected a picture as "
            "impasto saved it"
        ) from error
    if 1 <= threads <= (os.cpu_count() or 1):
        torch.set_num_threads(threads)  # the last bits of a sum depend on how it is shared out
    output = given.output or beside(given.picture, "again")
    places = Places(output, (given.picture, *request.files), given.watching)
    places.check()
    task = start(request, places, stop_after=stop_after)
    notes += tuple(
        f"{name} was made with {key} {there}, and here it is {here}: the last bits may differ"
        for key, there, here in machine_changes(made, task.job.describe())
    )
    tell(perform(replace(task, job=replace(task.job, notes=task.job.notes + notes))), places)
    return OK


def _request(given: Rerun, made: Mapping[str, Any]) -> tuple[Request, tuple[str, ...]]:
    files, notes = locate_inputs(given.picture, made["inputs"], given.content, given.styles)
    try:
        request = Request.from_json(
            {
                "content": files["content"][0],
                "styles": files["style"],
                "content_mask": files["content mask"],
                "style_masks": files["style mask"],
                "init_image": next(iter(files["init"]), None),
                "device": given.device,
                **{name: made[name] for name in AS_STORED},
            }
        )
    except ValueError as error:
        raise UsageError(f"{printable(given.picture)} is damaged: {error}") from error
    return request, notes
