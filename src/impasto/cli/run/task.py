"""A job and where everything goes that comes out of it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from impasto.checkpoint import Checkpoint, check_same_run
from impasto.checks import check_device
from impasto.cli.arguments import CHECKPOINT_SECONDS, UsageError, Watching, set_threads
from impasto.cli.run.request import Find, Request
from impasto.estimate import check_memory
from impasto.images.animation import check_animation_output
from impasto.images.destination import check_destination
from impasto.images.picture import Picture
from impasto.images.read import read_picture
from impasto.images.write import check_output
from impasto.job import Job, prepare
from impasto.processors import usable_processors
from impasto.wording import printable


@dataclass(frozen=True)
class Places:
    """The files that a run writes, and its inputs, which none of them may be.

    An output whose name is `made_up` replaces no file: if one appears meanwhile, the name changes.
    Where it is `one_of_many`, only a finished picture may have its name.
    """

    output: str
    protect: tuple[str, ...]
    watching: Watching = field(default_factory=Watching)
    checkpoint: str | None = None
    checkpoint_seconds: float = CHECKPOINT_SECONDS
    made_up: bool = False
    one_of_many: bool = False

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

    @property
    def previews_output(self) -> bool:
        """Whether the preview is the output."""
        preview = self.watching.preview
        return preview is not None and _real(preview) == _real(self.output)

    def _check_different(self) -> None:
        """The preview may be the output, which then becomes better and better."""
        pictures = {_real(path) for path in (self.output, self.watching.preview) if path}
        others = [_real(path) for path in (self.watching.timelapse, self.checkpoint) if path]
        for place in others:
            if place in pictures or others.count(place) > 1:
                raise UsageError(f"{printable(place)} is named twice; expected different files")


@dataclass(frozen=True)
class Task:
    """A job, what was asked for, and the places.

    `memory` are the bytes that the run may take, and `stop_after` is a number of evaluations.
    """

    job: Job
    request: Request
    places: Places
    memory: int
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
    job = prepare_job(request, find)
    memory = check_memory(job, resumed=earlier is not None)
    if earlier is not None:
        name = printable(places.checkpoint or "the checkpoint")
        job = replace(job, notes=job.notes + check_same_run(name, earlier, job.describe()))
    return Task(job, request, places, memory, earlier, stop_after)


def prepare_job(request: Request, find: Find = str) -> Job:
    """Read the pictures and make the job.

    Raises:
        ValueError: something cannot be used; one sentence says what and what to do.
    """
    request.check()
    check_device(request.device)
    read = _reader(find)
    return prepare(
        read(request.content),
        [read(style) for style in request.styles],
        recipe=request.asked_recipe(),
        settings=request.settings,
        color=request.color,
        style_weights=request.style_weights,
        content_mask=[read(mask) for mask in request.content_mask] or None,
        style_masks=[read(mask) for mask in request.style_masks] or None,
        init_image=None if request.init_image is None else read(request.init_image),
        seed=request.seed,
        device=request.device,
    )


def set_threads_of(run: Mapping[str, Any]) -> None:
    """Use as many processors as an earlier run, since the rounding of sums depends on it.

    `run` is what `Job.describe` said of it. A machine that has fewer keeps its own number; that is
    said as all is that changed.
    """
    threads = whole_number(run["machine"]["threads"])
    set_threads(threads if 1 <= threads <= usable_processors() else None)


def whole_number(value: object) -> int:
    """Return a number that somebody else wrote.

    Raises:
        TypeError: it isn't a whole one.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is not a whole number")
    return value


def _real(path: str) -> Path:
    return Path(os.path.realpath(path))


def _reader(find: Find) -> Callable[[str], Picture]:
    """Return what reads a picture by the name that was typed; a file used twice is read once."""
    pictures: dict[str, Picture] = {}

    def read(name: str) -> Picture:
        if name not in pictures:
            picture = read_picture(find(name))
            pictures[name] = picture if name == "-" else replace(picture, name=printable(name))
        return pictures[name]

    return read
