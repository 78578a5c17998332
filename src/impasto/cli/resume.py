"""`impasto resume`: go on with an interrupted run."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import torch
import tyro

from impasto.checkpoint import Checkpoint, CheckpointError, read_checkpoint
from impasto.cli.arguments import Output, Watching, parse
from impasto.cli.exits import OK
from impasto.cli.perform import perform, tell
from impasto.cli.request import Request
from impasto.cli.task import Places, start
from impasto.images.picture import printable


@dataclass(frozen=True)
class Resume:
    """Go on with an interrupted run, to the same picture as if it had never stopped.

    impasto resume cat.checkpoint
    """

    file: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="FILE")]
    """what `impasto stylize --checkpoint FILE` left"""
    output: Output = None
    """where the picture goes; by default where that command wanted it"""
    checkpoint_every: Annotated[float, tyro.conf.arg(metavar="SECONDS")] = 5.0
    """how often the file is renewed"""
    watching: tyro.conf.OmitArgPrefixes[Watching] = field(default_factory=Watching)


def main(arguments: Sequence[str]) -> int:
    """Go on with an interrupted run."""
    given = parse(Resume, arguments, "impasto resume")
    earlier = read_checkpoint(given.file)
    request, output, threads = _unpack(given.file, earlier)
    places = Places(
        given.output or output,
        tuple(map(request.find, request.files)),
        given.watching,
        given.file,
        given.checkpoint_every,
    )
    places.check()
    torch.set_num_threads(threads)  # the last bits of a sum depend on how it is shared out
    task = start(request, places, find=request.find, earlier=earlier)
    tell(perform(task), places)
    return OK


def _unpack(path: str, earlier: Checkpoint) -> tuple[Request, str, int]:
    """Return what was asked for, where the picture was wanted, and the number of threads.

    Settings that were not asked for are those of then: a recipe, or the networks that are here, may
    have changed since.
    """
    try:
        asked = Request.from_json(earlier.request["asked"])
        request = replace(asked, settings=earlier.run["settings"])
        output, threads = str(earlier.request["output"]), int(earlier.run["machine"]["threads"])
        if threads < 1:
            raise ValueError(f"{threads} threads")
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{printable(path)} is damaged: what was asked for can't be read ({error!r}); begin "
            "again with another name"
        ) from error
    return request, output if output == "-" else str(Path(request.folder, output)), threads
