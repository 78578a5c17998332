"""The work of `impasto resume`: the run that a checkpoint is of, to its end."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from impasto.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from impasto.cli.arguments import Moved, UsageError
from impasto.cli.exits import OK
from impasto.cli.resume.form import Resume
from impasto.cli.run.outputs import new_output
from impasto.cli.run.perform import perform, tell
from impasto.cli.run.request import Request
from impasto.cli.run.task import Places, set_threads_of, start, whole_number
from impasto.memory import set_memory_limit
from impasto.wording import count, printable


def resume_run(given: Resume) -> int:
    """Go on with the run; return the exit code.

    Raises:
        ValueError: something cannot be used; nothing was started.
        RunError: it was interrupted, or the picture can't be written.
    """
    earlier = read_checkpoint(given.file)
    request, output, every, limit = _unpack(given.file, earlier)
    if given.memory is None:
        set_memory_limit(limit)
    request = _with_moved(request, given.moved)
    wanted = given.output or output
    places = Places(
        wanted or new_output(request.content, request.named_after, request.folder),
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


def _unpack(path: str, earlier: Checkpoint) -> tuple[Request, str | None, float, int | None]:
    """Return what was asked for, the picture's place, the seconds between checkpoints, the memory.

    Settings that were not asked for are those of then: a recipe, or the networks that are here, may
    have changed since.
    """
    try:
        asked: Mapping[str, Any] = earlier.request["asked"]
        request = Request.from_json({**asked, "settings": earlier.run["settings"]})
        output, every = earlier.request["output"], float(earlier.request["every"])
        _ = whole_number(earlier.run["machine"]["threads"])  # or it is damaged
        limit = earlier.request.get("memory")  # which earlier versions didn't keep
        limit = None if limit is None else whole_number(limit)
        if output not in (None, "-"):
            output = str(Path(request.folder, output))
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{printable(path)} is damaged: what was asked for can't be read ({error!r}); begin "
            "again with another name"
        ) from error
    return request, output, every, limit


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
