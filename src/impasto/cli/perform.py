"""Run a job to its end, save its picture and say what was done."""

import json
import shlex
import sys
from pathlib import Path
from typing import Any

from torch import Tensor

from impasto.cli.attend import Attendance
from impasto.cli.exits import INTERRUPTED, SIGNALED, RunError
from impasto.cli.interrupts import Interrupts
from impasto.cli.task import Places, Task
from impasto.cli.terminal import Bar, describe_result, say
from impasto.images.animation import save_animation
from impasto.images.picture import ImageError, count, printable
from impasto.images.resize import size_of
from impasto.images.write import save_image
from impasto.result import Result, finish

FRAME_SECONDS = 0.1


def perform(task: Task, interrupts: Interrupts | None = None) -> dict[str, Any]:
    """Run a job and save its picture; return what was done, as `--json` shows it.

    Stopped by a signal, it leaves a checkpoint where one was asked for. Where none was, it saves
    the best picture so far: who waited for it may like it as it is. `interrupts` are those of the
    caller, if there is more to stop than this job.

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
    notes = _save(task, result, attendance)
    if places.checkpoint is not None:
        Path(places.checkpoint).unlink(missing_ok=True)
    return _record(task, result, notes)


def tell(record: dict[str, Any], places: Places) -> None:
    """Say what was done: in one line, or for scripts."""
    if places.watching.json:
        print(json.dumps(record))
    elif not places.watching.quiet:
        print(describe_result(record), file=sys.stderr if places.output == "-" else sys.stdout)


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
    if _has_checkpoint(task.places) or task.places.output == "-":
        return _way_on(task.places)
    _save(task, result, attendance)
    return f"the best picture so far is {printable(task.places.output)}"


def _save(task: Task, result: Result, attendance: Attendance) -> tuple[str, ...]:
    places, watching = task.places, task.places.watching
    metadata = dict(result.metadata)
    if attendance.stopped or task.stop_after is not None:
        metadata["stopped"] = True
    try:
        notes = save_image(
            places.output,
            result.image,
            alpha=result.alpha,
            metadata=metadata if watching.metadata else None,
            protect=places.protect,
        )
    except ImageError as error:
        raise RunError(f"{error}; {_way_on(places)}") from error
    if not watching.quiet:
        for note in notes:
            say(note)
    if watching.timelapse is not None:
        attendance.timelapse.add(result.image)
        _save_timelapse(watching.timelapse, attendance.timelapse.frames, places)
    return notes


def _save_timelapse(path: str, frames: list[Tensor], places: Places) -> None:
    try:
        save_animation(path, frames, FRAME_SECONDS, protect=places.protect)
    except ImageError as error:
        saved = f"the picture is saved as {printable(places.output)}"
        raise RunError(f"{error}; {saved}") from error


def _has_checkpoint(places: Places) -> bool:
    return places.checkpoint is not None and Path(places.checkpoint).exists()


def _way_on(places: Places) -> str:
    if not _has_checkpoint(places):
        return "nothing was saved"
    return f"go on with `impasto resume {shlex.quote(printable(places.checkpoint or ''))}`"


def _record(task: Task, result: Result, notes: tuple[str, ...]) -> dict[str, Any]:
    h, w = size_of(result.image)
    return {
        "path": printable(task.places.output),
        "recipe": result.recipe.name,
        "method": result.recipe.method.name,
        "seed": task.job.seed,
        "size": [w, h],
        "seconds": round(result.seconds, 3),
        "losses": dict(result.losses),
        "evaluations": result.evaluations,
        "notes": [*result.notes, *notes],
    }
