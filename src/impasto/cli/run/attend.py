"""Accompany a run from step to step: show it, and keep what must survive it."""

import time
from collections.abc import Callable, Iterator

from torch import Tensor

from impasto.checkpoint import Checkpoint, CheckpointError, save_checkpoint, to_device
from impasto.cli.exits import is_out_of_memory
from impasto.cli.interrupts import Interrupts
from impasto.cli.run.bar import Bar
from impasto.cli.run.task import Task
from impasto.cli.terminal import say
from impasto.contracts import Step
from impasto.errors import ImpastoError
from impasto.images.picture import ImageError
from impasto.images.resize import fit, resize, size_of
from impasto.images.write import save_image
from impasto.memory import memory_limit
from impasto.run import run
from impasto.wording import printable

BAR_SECONDS = 0.1
PREVIEW_SECONDS = 2.0
"""Between two previews; viewers that watch a file need about one second to load it."""

PATIENCE = 20
"""What takes a second to write is written every 20 seconds at most, so that it costs a run less
than a twentieth of its time."""

FRAMES, FRAME_SIDE = 60, 480
"""Of a time-lapse: six seconds, in a size that is sent to friends."""


class Regularly:
    """Do something with a step every few seconds. If that fails, say so once and go on."""

    def __init__(self, seconds: float, act: Callable[[Step], object]) -> None:
        self.seconds, self.act = seconds, act
        self.due, self.failed = 0.0, False

    def __call__(self, step: Step) -> None:
        """Do it, if it is time."""
        if time.monotonic() >= self.due:
            self.now(step)

    def now(self, step: Step) -> None:
        """Do it, whatever the time."""
        began = time.monotonic()
        try:
            self.act(step)
        except ImageError as error:
            if not self.failed:
                say(f"{error}; the run goes on")
            self.failed = True
        ended = time.monotonic()
        self.due = ended + max(self.seconds, PATIENCE * (ended - began))


class Timelapse:
    """Small copies of the picture, evenly spread over the run."""

    def __init__(self) -> None:
        self.frames: list[Tensor] = []
        self._taken = -1

    def __call__(self, step: Step) -> None:
        """Take a frame, if it is time."""
        frame = step.place * FRAMES // step.total
        if frame != self._taken:
            self._taken = frame
            self.add(step.image)

    def add(self, image: Tensor) -> None:
        """Take a frame."""
        h, w = size_of(image)
        side = min(FRAME_SIDE, max(h, w))
        self.frames.append(resize(image, fit((h, w), side)).cpu().clone())


def _resumed(steps: Iterator[Step], task: Task) -> Iterator[Step]:
    """Yield the steps of a resumed run, whose first one shows what a file is worth.

    Raises:
        CheckpointError: it holds no state of such a run.
    """
    try:
        first = next(steps)
    except (KeyError, IndexError, TypeError, ValueError, StopIteration, RuntimeError) as error:
        if isinstance(error, ImpastoError) or is_out_of_memory(error):
            raise
        raise CheckpointError(
            f"{printable(task.places.checkpoint or '')} is damaged: its state doesn't fit this run "
            f"({error!r}); begin again with another name"
        ) from error
    yield first
    yield from steps


class Attendance:
    """One run, accompanied. `stopped` says whether a signal cut it short."""

    def __init__(self, task: Task, interrupts: Interrupts) -> None:
        self.task, self.interrupts = task, interrupts
        self.stopped = False
        self.timelapse = Timelapse()
        self.began = time.monotonic()
        places = task.places
        self.checkpoints = Regularly(places.checkpoint_seconds, self._save_checkpoint)
        self.watchers: list[Callable[[Step], None]] = []
        if places.watching.preview is not None:
            self.watchers.append(Regularly(PREVIEW_SECONDS, self._save_preview))
        if places.watching.timelapse is not None:
            self.watchers.append(self.timelapse)

    def steps(self, bar: Bar) -> Iterator[Step]:
        """Yield the steps of the run, until it ends or is told to stop."""
        task, job = self.task, self.task.job
        show, state = Regularly(BAR_SECONDS, bar.show), None
        if task.earlier is not None:
            state = to_device(task.earlier.state, job.inputs.content.device)
        steps = run(job.recipe, job.inputs, seed=job.seed, resume=state, memory=task.memory)
        for step in steps if state is None else _resumed(steps, task):
            show(step)
            for watch in self.watchers:
                watch(step)
            if step.note and not task.places.watching.quiet:
                say(f"evaluation {step.index}: {step.note}")
            yield step
            if not step.last and self._stops(step):
                return

    def _stops(self, step: Step) -> bool:
        """Keep what is due after an unfinished step; tell whether it was the last one."""
        self.stopped = self.interrupts.signal is not None
        if self.task.places.checkpoint is not None:
            keep = self.checkpoints.now if self.stopped else self.checkpoints
            keep(step)
        return self.stopped or step.index == self.task.stop_after

    def _save_preview(self, step: Step) -> None:
        places = self.task.places
        save_image(places.watching.preview or "", step.image, protect=places.protect)

    def _save_checkpoint(self, step: Step) -> None:
        task = self.task
        before = 0.0 if task.earlier is None else task.earlier.seconds
        checkpoint = Checkpoint(
            run=task.job.describe(),
            request={
                "asked": task.request.to_json(),
                "output": None if task.places.made_up else task.places.output,
                "every": task.places.checkpoint_seconds,
                "memory": memory_limit(),
            },
            seconds=before + time.monotonic() - self.began,
            evaluations=step.index,
            state={} if step.state is None else step.state(),
        )
        save_checkpoint(task.places.checkpoint or "", checkpoint)
