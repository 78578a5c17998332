"""The one loop that optimises a picture.

It never ends in a ruined picture. What it keeps is the best picture *as it would be saved*, in
gamut and averaged if averaging is on, judged by that picture's own loss; the start counts as the
first candidate. When the optimizer diverges, stalls or meets a NaN, it starts again from there:
once with a shorter step, then with Adam.
"""

import math
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from impasto.contracts import Image, Step
from impasto.errors import ImpastoError
from impasto.optimize.canvas import Canvas
from impasto.optimize.solver import Optimizer, Solver, all_finite, warm_start

Objective = Callable[[Tensor], Mapping[str, Tensor]]
"""An image in, named terms out, each with its weight; their sum is minimised."""

PROBE = 20
"""Evaluations between two looks at the picture as it would be saved, where that is not the picture
being evaluated. A look costs a third of an evaluation, so that this adds under 2 %."""
DIVERGED, DIVERGED_FOR = 100.0, 5
"""So many times the first loss in so many evaluations in a row is divergence. L-BFGS without a line
search may jump that high once or twice and be back at the next evaluation."""
ADRIFT, ADRIFT_FOR = 2.0, 50
"""So many times the lowest loss in so many evaluations in a row: not a spike any more."""
MOST_RESTARTS = 5
DONE = "done"


@dataclass(frozen=True)
class Schedule:
    """How long to minimise, and where this part stands in the whole run.

    Stops early when the best loss fell by less than the share `tolerance` in `patience`
    evaluations. `average` is the decay of a moving average over the iterates, 0 for none. `scale`
    is the number of this part, which the state names.
    """

    iterations: int
    offset: int = 0
    total: int = 0
    stage: str = ""
    tolerance: float = 0.0
    patience: int = 20
    average: float = 0.0
    scale: int = 0


class Candidate(NamedTuple):
    """A picture that was judged."""

    image: Image
    terms: dict[str, Tensor]
    loss: float


class Outcome(NamedTuple):
    """The best picture, and the optimizer as it was left."""

    image: Image
    optimizer: Optimizer


@dataclass
class Descent:
    """What a minimisation remembers between two evaluations."""

    optimizer: Optimizer
    best: Image
    terms: dict[str, Tensor] = field(default_factory=dict)
    course: list[float] = field(default_factory=list)  # the best loss after each evaluation
    first: float = math.inf
    lowest: float = math.inf  # of the evaluated picture, which may be out of gamut
    diverged: int = 0  # evaluations in a row
    adrift: int = 0  # evaluations in a row
    restarts: int = 0
    average: Tensor | None = None  # Σ decay^(n-i) (1 - decay) p_i, not yet divided by Σ of weights
    averaged: int = 0  # n

    @property
    def best_loss(self) -> float:
        """The loss of the picture that would be saved now."""
        return self.course[-1] if self.course else math.inf

    def state(self) -> dict[str, Tensor]:
        """Return copies of everything that `restore` needs."""
        counts = [self.diverged, self.adrift, self.restarts, self.averaged]
        state = {f"optimizer.{name}": value for name, value in self.optimizer.state().items()}
        state |= {f"terms.{name}": value.clone() for name, value in self.terms.items()}
        state["best"] = self.best.clone()
        state["course"] = torch.tensor(self.course, dtype=torch.float64)
        state["losses"] = torch.tensor([self.first, self.lowest], dtype=torch.float64)
        state["counts"] = torch.tensor(counts)
        if self.average is not None:
            state["average"] = self.average.clone()
        return state

    @classmethod
    def restore(cls, state: Mapping[str, Tensor], solver: Solver) -> "Descent":
        """Go on from what `state` gave."""
        first, lowest = state["losses"].tolist()
        diverged, adrift, restarts, averaged = state["counts"].tolist()
        optimizer = solver.build(state["optimizer.point"], restarts=restarts)
        optimizer.load(_under("optimizer.", state))
        return cls(
            optimizer=optimizer,
            best=state["best"].clone(),
            terms=_under("terms.", state),
            course=state["course"].tolist(),
            first=first,
            lowest=lowest,
            diverged=diverged,
            adrift=adrift,
            restarts=restarts,
            average=state.get("average"),
            averaged=averaged,
        )


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

    `earlier` is the optimizer of the scale before, to start warm from.

    Raises:
        ValueError: the objective is not finite at the start.
    """
    if resume is not None:
        run = Descent.restore(resume, solver)
    else:
        run = Descent(solver.build(canvas.parameters(start)), start.clamp(0, 1))
        if earlier is not None:
            warm_start(run.optimizer, earlier)
    end = _end(run.course, schedule)
    if end:  # resumed at its very end
        yield _step(run, schedule, end.removeprefix(DONE))
    while not end:
        note = _evaluate_and_move(run, objective, canvas, solver, schedule)
        end = note if note.startswith("stopped") else _end(run.course, schedule)
        yield _step(run, schedule, note or end.removeprefix(DONE))
    return Outcome(run.best, run.optimizer)


def _step(run: Descent, schedule: Schedule, note: str) -> Step:
    return Step(
        run.best,
        schedule.offset + len(run.course),
        schedule.total or schedule.iterations,
        schedule.stage,
        run.terms,
        lambda: run.state() | {"scale": torch.tensor(schedule.scale)},
        note,
    )


def _evaluate_and_move(
    run: Descent, objective: Objective, canvas: Canvas, solver: Solver, schedule: Schedule
) -> str:
    """Do one evaluation and all that follows from it; return what the reader should know of it."""
    seen, gradient = _evaluate(objective, canvas, run.optimizer.point)
    done = len(run.course) + 1
    if done == 1:
        _check_start(run, seen)
    exact = _in_gamut(seen.image) and (run.average is None or done == 1)
    trouble = _trouble(run, seen.loss)
    if trouble and run.restarts == MOST_RESTARTS:
        _keep_best(run, [])
        return f"stopped: {trouble}, and starting again did not help; the best picture is kept"
    if trouble:
        _restart(run, canvas, solver)
    else:
        run.optimizer.update(seen.loss, gradient)
        run.optimizer.point = canvas.project(run.optimizer.point)
        if schedule.average:
            _include(run, canvas, schedule.average)
    candidates = [seen] if exact else []
    if done == 1 or (not exact and (done % PROBE == 0 or done == schedule.iterations)):
        candidates.append(_look(run, objective, canvas, schedule.average))
    _keep_best(run, candidates)
    manner = "with a shorter step" if run.restarts == 1 else "with Adam"
    return trouble and f"{trouble}: starting again from the best picture, {manner}"


def _check_start(run: Descent, seen: Candidate) -> None:
    if not math.isfinite(seen.loss):
        raise ImpastoError(
            f"the loss is {seen.loss} before the first step; expected a number: "
            "the weights of the loss terms are too large"
        )
    run.first = seen.loss


def _restart(run: Descent, canvas: Canvas, solver: Solver) -> None:
    run.restarts += 1
    run.optimizer = solver.build(canvas.parameters(run.best), restarts=run.restarts)
    run.average, run.averaged = None, 0
    run.lowest, run.diverged, run.adrift = math.inf, 0, 0


def _evaluate(objective: Objective, canvas: Canvas, point: Tensor) -> tuple[Candidate, Tensor]:
    parameters = point.detach().requires_grad_()
    image = canvas.image(parameters)
    terms = objective(image)
    total = torch.stack(list(terms.values())).sum()
    (gradient,) = torch.autograd.grad(total, parameters)
    loss = total.item() if all_finite(gradient) else math.nan
    detached = {name: term.detach() for name, term in terms.items()}
    return Candidate(image.detach(), detached, loss), gradient


@torch.no_grad()
def _look(run: Descent, objective: Objective, canvas: Canvas, decay: float) -> Candidate:
    """Judge the picture as it would be saved; before the first step, the start itself."""
    if not run.course:
        image = run.best
    elif run.average is not None:
        image = canvas.image(run.average / (1 - decay**run.averaged)).clamp(0, 1)
    else:
        image = canvas.image(run.optimizer.point).clamp(0, 1)
    terms = dict(objective(image))
    return Candidate(image, terms, torch.stack(list(terms.values())).sum().item())


def _keep_best(run: Descent, candidates: list[Candidate]) -> None:
    best_loss = run.best_loss
    for candidate in candidates:
        if candidate.loss < best_loss:
            run.best, run.terms, best_loss = candidate
    run.course.append(best_loss)


def _trouble(run: Descent, loss: float) -> str:
    """Say what is wrong with this evaluation, or nothing."""
    searching = getattr(run.optimizer, "line_search", False)
    if run.optimizer.stalled:
        return "no step makes the picture better"
    if searching:  # a bad point is only a step that was too long: the search shortens it
        return ""
    if not math.isfinite(loss):
        return "the loss is not a number"
    run.lowest = min(run.lowest, loss)
    run.diverged = run.diverged + 1 if loss > DIVERGED * run.first else 0
    run.adrift = run.adrift + 1 if loss > ADRIFT * run.lowest else 0
    if run.diverged >= DIVERGED_FOR or run.adrift >= ADRIFT_FOR:
        return f"the loss is {loss:.4g} after {run.lowest:.4g}"
    return ""


def _end(course: list[float], schedule: Schedule) -> str:
    """Say why it is over, or nothing if it isn't."""
    if len(course) >= schedule.iterations:
        return DONE
    if not schedule.tolerance or len(course) <= schedule.patience:
        return ""
    before = course[-1 - schedule.patience]
    if before - course[-1] >= schedule.tolerance * before:
        return ""
    return f"stopped early: the loss fell by less than {schedule.tolerance:g} of itself"


def _include(run: Descent, canvas: Canvas, decay: float) -> None:
    """Take the new iterate into the moving average, which begins with the start."""
    if run.average is None:
        run.average, run.averaged = (1 - decay) * canvas.parameters(run.best), 1
    run.average = decay * run.average + (1 - decay) * run.optimizer.point
    run.averaged += 1


def _in_gamut(image: Tensor) -> bool:
    low, high = image.aminmax()
    return low.item() >= 0 and high.item() <= 1


def _under(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value.clone()
        for name, value in state.items()
        if name.startswith(prefix)
    }
