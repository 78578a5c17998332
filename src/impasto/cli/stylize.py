"""`impasto stylize`: a photo and a painting in, a finished picture out."""

import os
from collections.abc import Sequence

from impasto.checkpoint import Checkpoint, read_checkpoint
from impasto.cli.arguments import UsageError, set_threads
from impasto.cli.dry_run import dry_run
from impasto.cli.exits import OK
from impasto.cli.folder import stylize_folder
from impasto.cli.outputs import new_output
from impasto.cli.perform import perform, tell
from impasto.cli.request import Request
from impasto.cli.stylize_form import parse_stylize
from impasto.cli.task import Places, start
from impasto.cli.terminal import say
from impasto.images.picture import count, printable

PROGRAM = "impasto stylize"


def main(arguments: Sequence[str]) -> int:
    """Paint a photo in the style of a painting, or of several."""
    given, request = parse_stylize(arguments, PROGRAM)
    set_threads(given.threads)
    if os.path.isdir(request.content):
        return stylize_folder(given, request)
    if given.format is not None:
        raise UsageError(
            f"--format is for a folder of photos; expected a name that ends in .{given.format}, "
            f"such as -o picture.{given.format}"
        )
    if given.dry_run:
        states = int(given.checkpoint is not None)
        return dry_run(request.prepare(), states=states, as_json=given.watching.json)
    places = Places(
        given.output or new_output(request.content, request.styles),
        tuple(request.files),
        given.watching,
        given.checkpoint,
        given.checkpoint_every,
        made_up=given.output is None,
    )
    places.check()
    earlier = None if given.checkpoint is None else _earlier(given.checkpoint, request)
    if earlier is not None and not given.watching.quiet:
        name = printable(places.checkpoint or "")
        say(f"{name} is there: going on after {count(earlier.evaluations, 'evaluation')}")
    tell(perform(start(request, places, earlier=earlier)), places)
    return OK


def _earlier(path: str, request: Request) -> Checkpoint | None:
    """Return where the same command was interrupted before, if it was."""
    if "-" in request.files:
        raise UsageError(
            "standard input can't be read again when a run goes on; expected files with "
            "--checkpoint; save it as a file first"
        )
    return read_checkpoint(path) if os.path.lexists(path) else None
