"""The work of `impasto stylize` on one photo."""

import os

from impasto.checkpoint import Checkpoint, read_checkpoint
from impasto.cli.arguments import UsageError
from impasto.cli.exits import OK
from impasto.cli.run.outputs import new_output
from impasto.cli.run.perform import perform, tell
from impasto.cli.run.request import Request
from impasto.cli.run.task import Places, prepare_job, start
from impasto.cli.stylize.dry_run import dry_run
from impasto.cli.stylize.form import Stylize
from impasto.cli.terminal import say
from impasto.wording import count, printable


def stylize_picture(given: Stylize, request: Request) -> int:
    """Paint one picture, or say what that would take; return the exit code.

    Raises:
        ValueError: something cannot be used; nothing was started.
        RunError: it was interrupted, or the picture can't be written.
    """
    if given.dry_run:
        return dry_run(prepare_job(request), as_json=given.watching.json)
    output, made_up = _output(given, request)
    places = Places(
        output,
        tuple(request.files),
        given.watching,
        given.checkpoint,
        given.checkpoint_every,
        made_up=made_up,
    )
    places.check()
    earlier = None if given.checkpoint is None else _earlier(given.checkpoint, request)
    task = start(request, places, earlier=earlier)
    if earlier is not None and not given.watching.quiet:
        name = printable(places.checkpoint or "")
        say(f"{name} is there: going on after {count(earlier.evaluations, 'evaluation')}")
    tell(perform(task), places)
    return OK


def _output(given: Stylize, request: Request) -> tuple[str, bool]:
    """Return where the picture goes, and whether that is a name made up, which replaces no file.

    In a folder that was named, a checkpoint fixes the name: `resume` would make one up elsewhere.

    Raises:
        UsageError: the name is that of a folder, which isn't there.
    """
    if given.output is None:
        return new_output(request.content, request.named_after), True
    if os.path.isdir(given.output):
        made_up = given.checkpoint is None
        return new_output(request.content, request.named_after, given.output), made_up
    if given.output.endswith(os.sep):
        raise UsageError(
            f"there is no folder {printable(given.output)}; expected one that is there, or the "
            "name of a picture; make it first"
        )
    return given.output, False


def _earlier(path: str, request: Request) -> Checkpoint | None:
    """Return where the same command was interrupted before, if it was."""
    if "-" in request.files:
        raise UsageError(
            "standard input can't be read again when a run goes on; expected files with "
            "--checkpoint; save it as a file first"
        )
    return read_checkpoint(path) if os.path.lexists(path) else None
