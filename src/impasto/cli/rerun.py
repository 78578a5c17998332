"""`impasto rerun`: make a picture again, from what it knows of itself."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from impasto.cli.task import Places, Task, start
from impasto.cli.terminal import say
from impasto.images.metadata import read_metadata
from impasto.images.picture import printable


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
        request = _request(given, made)
        threads = int(made["machine"]["threads"])
        stop_after = int(made["evaluations"]) if made.get("stopped") else None
    except (KeyError, TypeError, AttributeError) as error:
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
    _tell_changes(name, made, task)
    tell(perform(task), places)
    return OK


def _request(given: Rerun, made: Mapping[str, Any]) -> Request:
    files = locate_inputs(given.picture, made["inputs"], given.content, given.styles)
    return Request(
        content=files["content"][0],
        styles=tuple(files["style"]),
        recipe=made["recipe"],
        settings=made["settings"],
        color=made["color"],
        style_weights=tuple(made["style_weights"]),
        content_mask=next(iter(files["content mask"]), None),
        style_masks=tuple(files["style mask"]),
        init_image=next(iter(files["init"]), None),
        seed=made["seed"],
        device=given.device,
    )


def _tell_changes(name: str, made: Mapping[str, Any], task: Task) -> None:
    for key, there, here in machine_changes(made, task.job.describe()):
        say(f"{name} was made with {key} {there}, and here it is {here}: the last bits may differ")
