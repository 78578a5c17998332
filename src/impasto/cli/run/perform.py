"""Run a job to its end, save its picture and say what was done."""

import json
import os
import shlex
import sys
from dataclasses import replace
from typing import Any

from torch import Tensor

from impasto.checkpoint import remove_checkpoint
from impasto.cli.exits import INTERRUPTED, SIGNALED, RunError
from impasto.cli.interrupts import Interrupts
from impasto.cli.run.attend import Attendance
from impasto.cli.run.bar import Bar
from impasto.cli.run.outputs import beside, unused
from impasto.cli.run.task import Places, Task
from impasto.cli.terminal import describe_result, say
from impasto.images.animation import save_animation
from impasto.images.destination import NameTakenError
from impasto.images.picture import ImageError
from impasto.images.resize import size_of
from impasto.images.write import save_image
from impasto.result import Result, finish
from impasto.wording import count, printable

FRAME_SECONDS = 0.1


def perform(task: Task, interrupts: Interrupts | None = None) -> dict[str, Any]:
    """Run a job and save its picture; return what was done, as `--json` shows it.

    Stopped by a signal, it leaves a checkpoint where one was asked for. Where none was, it saves
    the best picture so far, beside a finished one: who waited for it may like it as it is.
    `interrupts` are those of the caller, if there is more to stop than this job.

    Raises:
        RunError: it was stopped, or something could not be saved.
        ValueError: the job cannot be run.
    """
    if interrupts is None:
        with Interrupts() as own:
            return perform(task, own)
    places = task.places
    if not places.watching.quiet:
        for note in task.job.notes:
            say(note)
    attendance = Attendance(task, interrupts)
    result = _run(task, attendance)
    if attendance.stopped:
        stopped = f"stopped after {count(result.evaluations, 'evaluation')}"
        kept = _keep(task, result, attendance)
        raise RunError(f"{stopped}; {kept}", SIGNALED + (interrupts.signal or 0))
    output, notes = _save(task, result, attendance)
    if places.checkpoint is not None:
        remove_checkpoint(places.checkpoint)
    return _record(task, result, output, notes)


def tell(record: dict[str, Any], places: Places) -> None:
    """Say what was done: in one line, or for scripts.

    Raises:
        RunError: standard output doesn't take it.
    """
    if places.watching.quiet and not places.watching.json:
        return
    line = json.dumps(record) if places.watching.json else describe_result(record)
    stream = sys.stderr if places.output == "-" else sys.stdout
    if stream is None:  # closed
        return
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RunError(
            f"standard output can't be written to ({error.strerror or error}); the picture is "
            f"saved as {record['path']}"
        ) from error


def _run(task: Task, attendance: Attendance) -> Result:
    plan = task.job.recipe.method.plan(task.job.inputs)
    before = 0.0 if task.earlier is None else task.earlier.seconds
    try:
        with Bar(plan, attendance.interrupts, quiet=task.places.watching.quiet) as bar:
            return finish(task.job, attendance.steps(bar), before)
    except KeyboardInterrupt:  # the second signal
        raise RunError(f"interrupted; {_way_on(task.places)}", INTERRUPTED) from None


def _keep(task: Task, result: Result, attendance: Attendance) -> str:
    """Keep what there is of a stopped run; say what it is."""
    places = task.places
    if _has_checkpoint(places) or places.output == "-":
        return _way_on(places)
    taken = places.one_of_many or os.path.lexists(places.output)
    if taken and not places.previews_output:
        places = replace(places, output=beside(places.output, "stopped"), made_up=True)
    output, _ = _save(replace(task, places=places), result, attendance)
    return f"the best picture so far is {printable(output)}"


def _save(task: Task, result: Result, attendance: Attendance) -> tuple[str, tuple[str, ...]]:
    """Save the picture, and the time-lapse; return where it is, and notes."""
    places, watching = task.places, task.places.watching
    metadata = dict(result.metadata)
    if attendance.stopped or task.stop_after is not None:
        metadata["stopped"] = True
    try:
        output, notes = _save_picture(places, result, metadata if watching.metadata else None)
    except ImageError as error:
        raise RunError(f"{error}; {_way_on(places)}") from error
    if not watching.quiet:
        for note in notes:
            say(note)
    if watching.timelapse is not None:
        attendance.timelapse.add(result.image)
        _save_timelapse(watching.timelapse, attendance.timelapse.frames, places, output)
    return output, notes


def _save_picture(
    places: Places, result: Result, metadata: dict[str, Any] | None
) -> tuple[str, tuple[str, ...]]:
    """Save the picture; if another program took a name that was made up, under the next one."""
    output = places.output
    while True:
        try:
            return output, save_image(
                output,
                result.image,
                alpha=result.alpha,
                metadata=metadata,
                protect=places.protect,
                replace=not places.made_up,
            )
        except NameTakenError:
            output = unused(places.output)


def _save_timelapse(path: str, frames: list[Tensor], places: Places, output: str) -> None:
    try:
        save_animation(path, frames, FRAME_SECONDS, protect=places.protect)
    except ImageError as error:
        raise RunError(f"{error}; the picture is saved as {printable(output)}") from error


def _has_checkpoint(places: Places) -> bool:
    return places.checkpoint is not None and os.path.exists(places.checkpoint)


def _way_on(places: Places) -> str:
    if not _has_checkpoint(places):
        return "nothing was saved"
    return f"go on with `impasto resume {shlex.quote(printable(places.checkpoint or ''))}`"


def _record(task: Task, result: Result, output: str, notes: tuple[str, ...]) -> dict[str, Any]:
    h, w = size_of(result.image)
    return {
        "path": printable(output),
        "recipe": result.recipe.name,
        "method": result.recipe.method.name,
        "seed": task.job.seed,
        "size": [w, h],
        "seconds": round(result.seconds, 3),
        "losses": dict(result.losses),
        "evaluations": result.evaluations,
        "notes": [*result.notes, *notes],
    }
