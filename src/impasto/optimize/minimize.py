"""The one loop that optimizes a picture.

It never ends in a ruined picture. What it keeps is the best picture *as it would be saved*, in
gamut and averaged if averaging is on, judged by that picture's own loss; the start counts as the
first candidate. When the optimizer diverges, stalls, meets a NaN or spoils that picture, it starts
again from there: once with a shorter step, then with Adam.
"""

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from impasto.contracts import Develop, Image, Step, as_it_is
from impasto.errors import ImpastoError
from impasto.optimize.canvas import Canvas, Picture
from impasto.optimize.descent import MOST_RESTARTS, Candidate, Descent
from impasto.optimize.solver import Optimizer, Solver, all_finite, warm_start
from impasto.shelf import computed, shelve

Objective = Callable[[Tensor, Develop], Mapping[str, Tensor]]
"""Numbers and how an image is made of them in, named terms out, each with its weight.

Their sum is minimized."""

PROBE = 20
"""Evaluations between two looks at the picture as it would be saved, where that is not the picture
being evaluated. A look costs a third of an evaluation, so that this adds under 2 %."""
DONE = "done"


@dataclass(frozen=True)
class Schedule:
    """How long to minimize, and where this part stands in the whole run.

    Before this part `made` evaluations were made and `skipped` were left out; `total` is the number
    that was planned for the whole run, 0 if this part is all of it. `scale` is the number of this
    part, which the state names, and `tile` the side of the tiles that the objective is computed in,
    0 for none: what goes on from the state has the same ones, on which rounding depends.
    `note` is said with its first step.

    Stops early when the best loss fell by less than the share `tolerance` in `patience`
    evaluations. `average` is the decay of a moving average over the iterates, 0 for none.
    """

    iterations: int
    made: int = 0
    skipped: int = 0
    total: int = 0
    stage: str = ""
    scale: int = 0
    tile: int = 0
    note: str = ""
    tolerance: float = 0.0
    patience: int = 1
    average: float = 0.0

    def state(self) -> dict[str, Tensor]:
        """Return what tells a resume where in the run this part stands."""
        numbers = {
            "scale": self.scale,
            "tile": self.tile,
            "made": self.made,
            "skipped": self.skipped,
        }
        return {name: torch.tensor(number) for name, number in numbers.items()}


class Outcome(NamedTuple):
    """The best picture, the optimizer as it was left, and the evaluations that were made."""

    image: Image
    optimizer: Optimizer
    evaluations: int


def minimize(
    objective: Objective,
    start: Image,
    *,
    canvas: Canvas,
    solver: Solver,
    schedule: Schedule,
    earlier: Optimizer | None = None,
    resume: Mapping[str, Tensor] | None = None,
) -> Generator[Step, None, Outcome]:
    """Yield a step for every evaluation of the objective and its gradient; return the best picture.

    `earlier` is the optimizer of the scale before, to start warm from. With `resume`, which is what
    an earlier step's `state` gave, the run goes on from there: `start` and `earlier` are not looked
    at, because what became of them is in the state.

    Raises:
        ImpastoError: the objective is not finite at the start.
    """
    if resume is not None:
        descent = Descent.restore(resume, solver, canvas.image)
    else:
        image = computed(partial(torch.clamp, min=0, max=1), start)
        descent = Descent(solver.build(canvas.parameters(start)), Picture(image))
        del image
        if earlier is not None:
            warm_start(descent.optimizer, earlier)
    del start, earlier, resume  # which are as large as the picture
    end = _end(descent, schedule)
    if end:  # resumed at its very end
        yield _step(descent, schedule, end)
    while not end:
        note = _evaluate_and_move(descent, objective, canvas, solver, schedule)
        end = _end(descent, schedule)
        first = schedule.note if len(descent.course) == 1 else ""
        yield _step(descent, schedule, end, first, note)
    return Outcome(descent.best.image(), descent.optimizer, len(descent.course))


def _step(descent: Descent, schedule: Schedule, end: str, *notes: str) -> Step:
    made = len(descent.course)
    return Step(
        develop=descent.best.image,
        index=schedule.made + made,
        total=schedule.total or schedule.iterations,
        stage=schedule.stage,
        losses=descent.terms,
        state=lambda: descent.state() | schedule.state(),
        note="; ".join(note for note in (*notes, end.removeprefix(DONE)) if note),
        skipped=schedule.skipped + (schedule.iterations - made if end else 0),
    )


def _evaluate_and_move(
    descent: Descent, objective: Objective, canvas: Canvas, solver: Solver, schedule: Schedule
) -> str:
    """Do one evaluation and all that follows from it; return what the reader should know of it."""
    seen, gradient = _evaluate(objective, canvas, descent.optimizer.point)
    done = len(descent.course) + 1
    if done == 1:
        _check_start(descent, seen)
    exact = canvas.in_gamut(seen.picture.numbers) and (descent.average is None or done == 1)
    trouble = descent.trouble(seen.loss)
    if trouble and descent.restarts == MOST_RESTARTS:
        descent.given_up = True
        descent.judge(None, None)
        return f"{trouble}, and starting again did not help"
    if trouble:
        again = descent.restarts + 1
        best = canvas.parameters(descent.best.image())
        descent.restart(solver.build(best, restarts=again))
    else:
        descent.optimizer.update(seen.loss, gradient)
        descent.optimizer.point = canvas.project(descent.optimizer.point)
        if schedule.average:
            _include(descent, canvas, schedule.average)
    due = done == 1 or (not exact and (done % PROBE == 0 or done == schedule.iterations))
    look = _look(descent, objective, canvas, schedule.average) if due else None
    descent.judge(seen if exact else None, look)
    manner = "with a shorter step" if descent.restarts == 1 else "with Adam"
    return trouble and f"{trouble}: starting again from the best picture, {manner}"


def _check_start(descent: Descent, seen: Candidate) -> None:
    if not math.isfinite(seen.loss):
        raise ImpastoError(
            f"the loss is {seen.loss} before the first step; expected a number: choose smaller "
            "weights for the terms of the loss"
        )
    descent.first = seen.loss


def _evaluate(objective: Objective, canvas: Canvas, point: Tensor) -> tuple[Candidate, Tensor]:
    parameters = point.detach().requires_grad_()
    terms = objective(parameters, canvas.image)
    total = torch.stack(list(terms.values())).sum()
    (gradient,) = torch.autograd.grad(total, parameters)
    gradient = shelve(gradient.contiguous())
    loss = total.item() if all_finite(gradient) else math.nan
    detached = {name: term.detach() for name, term in terms.items()}
    return Candidate(Picture(point, canvas.image), detached, loss), gradient


@torch.no_grad()
def _look(descent: Descent, objective: Objective, canvas: Canvas, decay: float) -> Candidate:
    """Judge the picture as it would be saved; before the first step, the start itself."""
    if not descent.course:
        image = descent.best.image()
    elif descent.average is not None:
        image = canvas.image(descent.average / (1 - decay**descent.averaged)).clamp(0, 1)
    else:
        image = canvas.image(descent.optimizer.point).clamp(0, 1)
    terms = dict(objective(image, as_it_is))
    return Candidate(Picture(image), terms, torch.stack(list(terms.values())).sum().item())


def _end(descent: Descent, schedule: Schedule) -> str:
    """Say why it is over, or nothing if it isn't."""
    course = descent.course
    if descent.given_up:
        return "stopped: the best picture is kept"
    if len(course) >= schedule.iterations:
        return DONE
    if not schedule.tolerance or len(course) <= schedule.patience:
        return ""
    before = course[-1 - schedule.patience]
    if before - course[-1] >= schedule.tolerance * before:
        return ""
    return f"stopped early: the loss fell by less than {schedule.tolerance:g} of itself"


def _include(descent: Descent, canvas: Canvas, decay: float) -> None:
    """Take the new iterate into the moving average, which begins with the start."""
    if descent.average is None:
        start = canvas.parameters(descent.best.image())
        descent.average = computed(partial(torch.mul, other=1 - decay), start)
        descent.averaged = 1
    mean = partial(_mean, decay)
    descent.average = computed(mean, descent.average, descent.optimizer.point)
    descent.averaged += 1


def _mean(decay: float, average: Tensor, point: Tensor) -> Tensor:
    return decay * average + (1 - decay) * point
