"""A job and where everything goes that comes out of it."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from impasto.checkpoint import Checkpoint, check_same_run
from impasto.cli.arguments import UsageError, Watching
from impasto.cli.request import Find, Request
from impasto.estimate import check_memory
from impasto.images.animation import check_animation_output
from impasto.images.destination import check_destination
from impasto.images.picture import printable
from impasto.images.write import check_output
from impasto.job import Job


@dataclass(frozen=True)
class Places:
    """The files that a run writes, and its inputs, which none of them may be."""

    output: str
    protect: tuple[str, ...]
    watching: Watching = field(default_factory=Watching)
    checkpoint: str | None = None
    checkpoint_seconds: float = 5.0

    def check(self) -> None:
        """Refuse now what could not be written later.

        Raises:
            ValueError: one of the places can't be written to, is an input, or is named twice.
        """
        watching = self.watching
        check_output(self.output, self.protect)
        if self.output == "-" and watching.json:
            raise UsageError("--json and -o - both write to standard output; expected one of them")
        if watching.preview is not None:
            check_output(watching.preview, self.protect)
            if watching.preview == "-":
                raise UsageError("the preview is -; expected a file, which a viewer can watch")
        if watching.timelapse is not None:
            check_animation_output(watching.timelapse, self.protect)
        if self.checkpoint is not None:
            check_destination(self.checkpoint, self.protect)
        if not self.checkpoint_seconds >= 0:
            raise UsageError(
                f"--checkpoint-every is {self.checkpoint_seconds}; expected seconds, 0 or more"
            )
        self._check_different()

    def _check_different(self) -> None:
        """The preview may be the output, which then becomes better and better."""
        pictures = {_real(path) for path in (self.output, self.watching.preview) if path}
        others = [_real(path) for path in (self.watching.timelapse, self.checkpoint) if path]
        for place in others:
            if place in pictures or others.count(place) > 1:
                raise UsageError(f"{printable(place)} is named twice; expected different files")


@dataclass(frozen=True)
class Task:
    """A job, what was asked for, and the places. `stop_after` is a number of evaluations."""

    job: Job
    request: Request
    places: Places
    earlier: Checkpoint | None = None
    stop_after: int | None = None


def start(
    request: Request,
    places: Places,
    *,
    find: Find = str,
    earlier: Checkpoint | None = None,
    stop_after: int | None = None,
) -> Task:
    """Read the pictures, and make sure that the job fits and is the one that was interrupted.

    Raises:
        ValueError: something cannot be used, doesn't fit into memory, or is another run.
    """
    job = request.prepare(find)
    check_memory(job)
    if earlier is not None:
        name = printable(places.checkpoint or "the checkpoint")
        job = replace(job, notes=job.notes + check_same_run(name, earlier, job.describe()))
    return Task(job, request, places, earlier, stop_after)


def _real(path: str) -> Path:
    return Path(os.path.realpath(path))
