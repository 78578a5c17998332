"""`impasto resume`: go on with an interrupted run."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import tyro

from impasto.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from impasto.cli.arguments import Moved, Output, UsageError, Watching, parse
from impasto.cli.exits import OK
from impasto.cli.outputs import new_output
from impasto.cli.perform import perform, tell
from impasto.cli.request import Request
from impasto.cli.task import Places, set_threads_of, start, whole_number
from impasto.images.picture import count, printable


@dataclass(frozen=True)
class Resume:
    """Go on with an interrupted run, to the same picture as if it had never stopped.

    impasto resume cat.checkpoint
    """

    file: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="FILE")]
    """what `impasto stylize --checkpoint FILE` left"""
    output: Output = None
    """where the picture goes; by default where that command wanted it"""
    moved: tyro.conf.OmitArgPrefixes[Moved] = field(default_factory=Moved)
    checkpoint_every: Annotated[
        float | None, tyro.conf.arg(metavar="SECONDS", help_behavior_hint="")
    ] = None
    """how often the file is renewed; by default as often as that command wanted it"""
    watching: tyro.conf.OmitArgPrefixes[Watching] = field(default_factory=Watching)


def main(arguments: Sequence[str]) -> int:
    """Go on with an interrupted run."""
    given = parse(Resume, arguments, "impasto resume")
    earlier = read_checkpoint(given.file)
    request, output, every = _unpack(given.file, earlier)
    request = _with_moved(request, given.moved)
    wanted = given.output or output
    places = Places(
        wanted or new_output(request.content, request.styles, request.folder),
        tuple(map(request.find, request.files)),
        given.watching,
        given.file,
        every if given.checkpoint_every is None else given.checkpoint_every,
        made_up=wanted is None,
    )
    places.check()
    set_threads_of(earlier.run)
    task = start(request, places, find=request.find, earlier=earlier)
    tell(perform(task), places)
    return OK


def _unpack(path: str, earlier: Checkpoint) -> tuple[Request, str | None, float]:
    """Return what was asked for, where the picture was wanted, and the seconds between checkpoints.

    Settings that were not asked for are those of then: a recipe, or the networks that are here, may
    have changed since.
    """
    try:
        asked: Mapping[str, Any] = earlier.request["asked"]
        request = Request.from_json({**asked, "settings": earlier.run["settings"]})
        output, every = earlier.request["output"], float(earlier.request["every"])
        _ = whole_number(earlier.run["machine"]["threads"])  # or it is damaged
        if output not in (None, "-"):
            output = str(Path(request.folder, output))
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{printable(path)} is damaged: what was asked for can't be read ({error!r}); begin "
            "again with another name"
        ) from error
    return request, output, every


def _with_moved(request: Request, moved: Moved) -> Request:
    """Return the request with the files where they are now, seen from the current folder."""
    changes: dict[str, Any] = {}
    for part in ("content", "init_image"):
        if (path := getattr(moved, part)) is not None:
            changes[part] = os.path.abspath(path)
    for part in ("styles", "content_mask", "style_masks"):
        if paths := getattr(moved, part):
            changes[part] = tuple(map(os.path.abspath, paths))
    for part, now in changes.items():
        then, flag = getattr(request, part), f"--{part.replace('_', '-')}"
        if not then:
            raise UsageError(f"{flag} is a picture that the run was not given; leave it out")
        if isinstance(now, tuple) and len(now) != len(then):
            raise UsageError(
                f"{flag} got {count(len(now), 'picture')}, and the run {len(then)}; expected all "
                "of them, in their order"
            )
    return replace(request, **changes)
