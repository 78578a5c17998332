"""How long a run will take and how much memory, before it starts.

What a run does is planned by its method. How fast this machine is shows a short calibration: the
same recipe at two small sizes. An evaluation takes a + b · pixels seconds; two sizes tell a from b.
"""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields, replace
from itertools import islice, pairwise
from statistics import median
from typing import Any, cast

from impasto.contracts import Stage
from impasto.declare import dataclass_of
from impasto.errors import ImpastoError
from impasto.job import Job
from impasto.memory import available_memory, limit_for, usable
from impasto.run import run
from impasto.shelf import check_room
from impasto.wording import describe_bytes

CALIBRATION_SIZES = (96, 224)
"""Sides in pixels. Five times as many pixels in the second: enough to tell fixed costs from those
that grow, and both together take a second or two."""

CALIBRATION_EVALUATIONS = 4
"""At each size; the first one also loads the network and is left out."""

CALIBRATION_SIDE = 48
"""The shortest side at both: the deepest layer of a VGG needs 16, or 32 if it reflects."""


AROUND = 72
"""Pixels that a tile sees on each side besides its own, for the deepest layer that most recipes
look at. They are computed in both tiles."""


@dataclass(frozen=True)
class Estimate:
    """What a run needs. `seconds` are a guess for all evaluations; a run may stop earlier."""

    stages: tuple[Stage, ...]
    seconds: float
    memory_bytes: int
    available_bytes: int


def estimate(job: Job) -> Estimate:
    """Plan a run, and time the beginning of it at small sizes.

    Raises:
        ValueError: it doesn't fit into memory; the message names the size that would.
    """
    free = available_memory(job.inputs.content.device)  # before the calibration takes some
    stages = tuple(_plan(job, check_memory(job)))
    return Estimate(
        stages=stages,
        seconds=_predict(stages, [_calibrate(job, size) for size in CALIBRATION_SIZES]),
        memory_bytes=_memory(stages),
        available_bytes=free,
    )


def check_memory(job: Job, *, resumed: bool = False) -> int:
    """Return the bytes that a run may take, or refuse it: it cannot fit.

    One that was resumed holds the state it began with besides its own.

    Raises:
        ValueError: it needs more memory than is free; the message names the size that would fit.
    """
    device = job.inputs.content.device
    free = available_memory(device)
    most = usable(free)
    needed, left = _need(job, most, resumed)
    if needed <= most:
        check_room(_disk(_plan(job, left), resumed))
        return left
    largest = _largest_size(job, most, resumed)
    advice = f"choose a size of at most {largest}" if largest else _more(needed)
    raise ImpastoError(
        f"this run would need {describe_bytes(needed)} of memory; expected at most "
        f"{describe_bytes(most)}, which can be used of {describe_bytes(free)} free; {advice}"
    )


def _more(needed: int) -> str:
    """Say how so much memory can be had."""
    limit = limit_for(needed)
    if limit is None:
        return "close other programs"
    return f"allow {describe_bytes(limit)}, this process itself included"


def _need(job: Job, most: int, resumed: bool) -> tuple[int, int]:
    """Return the bytes of a run with the state it was resumed from, and what that one leaves."""
    held = [stage.state for stage in _plan(job) if resumed and not stage.shelved]
    state = max(held, default=0)
    return _memory(_plan(job, most - state)) + state, most - state


def _disk(stages: Sequence[Stage], resumed: bool) -> int:
    """Return the bytes of files; a run that was resumed holds the state it began with there too."""
    return max(stage.disk + stage.state * (resumed and stage.shelved) for stage in stages)


def done_share(stages: Sequence[Stage], evaluations: int) -> float:
    """Return the share, 0 to 1, of a run's work that so many evaluations are.

    Evaluations count by their pixels: those of the last scale take most of the time.
    """
    done, left = 0, evaluations
    for stage in stages:
        done += min(left, stage.evaluations) * _pixels(stage)
        left = max(0, left - stage.evaluations)
    return done / sum(stage.evaluations * _pixels(stage) for stage in stages)


def _plan(job: Job, memory: int | None = None) -> list[Stage]:
    return job.recipe.method.plan(job.inputs, memory=memory)


def _pixels(stage: Stage) -> int:
    return stage.size[0] * stage.size[1]


def _memory(stages: Sequence[Stage]) -> int:
    return max(stage.memory for stage in stages)


def _largest_size(job: Job, memory: int, resumed: bool) -> int | None:
    """Return the largest `size` of the job's method that needs at most so many bytes."""
    method = dataclass_of(job.recipe)
    size = {item.name: item for item in fields(method)}.get("size")
    if size is None:
        return None
    low, high = int(size.metadata["low"]), method.size
    if _need(_changed_method(job, size=low), memory, resumed)[0] > memory:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        fits = _need(_changed_method(job, size=middle), memory, resumed)[0] <= memory
        low, high = (middle, high) if fits else (low, middle)
    return low


def _calibrate(job: Job, size: int) -> tuple[int, float]:
    """Return the pixels of the job at a small size, and the seconds of one evaluation."""
    trial = _trial(job, size)
    times, pixels = [], 0
    with closing(cast(Any, run(trial.recipe, trial.inputs, seed=trial.seed))) as steps:
        for step in islice(steps, CALIBRATION_EVALUATIONS):
            times.append(time.perf_counter())
            pixels = step.image.shape[-2] * step.image.shape[-1]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    return pixels, median(gaps)


def _trial(job: Job, size: int) -> Job:
    """Return a short job at a small size; a long narrow picture may need a larger one."""
    known = asdict(dataclass_of(job.recipe))
    if "iterations" in known:
        job = _changed_method(job, iterations=(CALIBRATION_EVALUATIONS,))
    while size < known.get("size", 0):
        trial = _changed_method(job, size=size)
        if min(_plan(trial)[-1].size) >= CALIBRATION_SIDE:
            return trial
        size *= 2
    return job


def _predict(stages: Sequence[Stage], measured: Sequence[tuple[int, float]]) -> float:
    """Return the seconds of all stages, from (pixels, seconds of an evaluation) at two sizes."""
    (few, quick), (many, slow) = measured
    growing = max(0.0, slow - quick) / (many - few) if many > few else 0.0
    growing = growing or slow / many
    fixed = max(0.0, quick - growing * few)
    # One evaluation more for each stage: the features of the content and of the styles.
    return sum(
        (stage.evaluations + 1)
        * (fixed + growing * _pixels(stage))
        * (1.0 if stage.tile is None else (1 + 2 * AROUND / stage.tile) ** 2)
        for stage in stages
    )


def _changed_method(job: Job, **settings: Any) -> Job:
    method = replace(dataclass_of(job.recipe), **settings)
    return replace(job, recipe=replace(job.recipe, method=method))
