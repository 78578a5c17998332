"""The one loop that optimizes a picture.

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
"""An image in, named terms out, each with its weight; their sum is minimized."""

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
    """How long to minimize, and where this part stands in the whole run.

    Before this part `made` evaluations were made and `skipped` were left out; `total` is the number
    that was planned for the whole run, 0 if this part is all of it. `scale` is the number of this
    part, which the state names. `note` is said with its first step.

    Stops early when the best loss fell by less than the share `tolerance` in `patience`
    evaluations. `average` is the decay of a moving average over the iterates, 0 for none.
    """

    iterations: int
    made: int = 0
    skipped: int = 0
    total: int = 0
    stage: str = ""
    scale: int = 0
    note: str = ""
    tolerance: float = 0.0
    patience: int = 1
    average: float = 0.0

    def state(self) -> dict[str, Tensor]:
        """Return what tells a resume where in the run this part stands."""
        numbers = {"scale": self.scale, "made": self.made, "skipped": self.skipped}
        return {name: torch.tensor(number) for name, number in numbers.items()}


class Candidate(NamedTuple):
    """A picture that was judged."""

    image: Image
    terms: dict[str, Tensor]
    loss: float


class Outcome(NamedTuple):
    """The best picture, the optimizer as it was left, and the evaluations that were made."""

    image: Image
    optimizer: Optimizer
    evaluations: int


@dataclass
class Descent:
    """What a minimization remembers between two evaluations."""

    optimizer: Optimizer
    best: Image
    terms: dict[str, Tensor] = field(default_factory=dict)
    course: list[float] = field(default_factory=list)  # the best loss after each evaluation
    first: float = math.inf
    lowest: float = math.inf  # of the evaluated picture, which may be out of gamut
    diverged: int = 0  # evaluations in a row
    adrift: int = 0  # evaluations in a row
    restarts: int = 0
    given_up: bool = False
    average: Tensor | None = None  # Σ decay^(n-i) (1 - decay) p_i, not yet divided by Σ of weights
    averaged: int = 0  # n

    @property
    def best_loss(self) -> float:
        """The loss of the picture that would be saved now."""
        return self.course[-1] if self.course else math.inf

    def state(self) -> dict[str, Tensor]:
        """Return copies of everything that `restore` needs."""
        counts = [self.diverged, self.adrift, self.restarts, self.given_up, self.averaged]
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
        diverged, adrift, restarts, given_up, averaged = state["counts"].tolist()
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
            given_up=bool(given_up),
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

    `earlier` is the optimizer of the scale before, to start warm from. With `resume`, which is what
    an earlier step's `state` gave, the run goes on from there: `start` and `earlier` are not looked
    at, because what became of them is in the state.

    Raises:
        ImpastoError: the objective is not finite at the start.
    """
    if resume is not None:
        descent = Descent.restore(resume, solver)
    else:
        descent = Descent(solver.build(canvas.parameters(start)), start.clamp(0, 1))
        if earlier is not None:
            warm_start(descent.optimizer, earlier)
    end = _end(descent, schedule)
    if end:  # resumed at its very end
        yield _step(descent, schedule, end)
    while not end:
        note = _evaluate_and_move(descent, objective, canvas, solver, schedule)
        end = _end(descent, schedule)
        first = schedule.note if len(descent.course) == 1 else ""
        yield _step(descent, schedule, end, first, note)
    return Outcome(descent.best, descent.optimizer, len(descent.course))


def _step(descent: Descent, schedule: Schedule, end: str, *notes: str) -> Step:
    made = len(descent.course)
    return Step(
        image=descent.best,
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
    exact = _in_gamut(seen.image) and (descent.average is None or done == 1)
    trouble = _trouble(descent, seen.loss)
    if trouble and descent.restarts == MOST_RESTARTS:
        descent.given_up = True
        _keep_best(descent, [])
        return f"{trouble}, and starting again did not help"
    if trouble:
        _restart(descent, canvas, solver)
    else:
        descent.optimizer.update(seen.loss, gradient)
        descent.optimizer.point = canvas.project(descent.optimizer.point)
        if schedule.average:
            _include(descent, canvas, schedule.average)
    candidates = [seen] if exact else []
    if done == 1 or (not exact and (done % PROBE == 0 or done == schedule.iterations)):
        candidates.append(_look(descent, objective, canvas, schedule.average))
    _keep_best(descent, candidates)
    manner = "with a shorter step" if descent.restarts == 1 else "with Adam"
    return trouble and f"{trouble}: starting again from the best picture, {manner}"


def _check_start(descent: Descent, seen: Candidate) -> None:
    if not math.isfinite(seen.loss):
        raise ImpastoError(
            f"the loss is {seen.loss} before the first step; expected a number: "
            "the weights of the loss terms are too large"
        )
    descent.first = seen.loss


def _restart(descent: Descent, canvas: Canvas, solver: Solver) -> None:
    descent.restarts += 1
    descent.optimizer = solver.build(canvas.parameters(descent.best), restarts=descent.restarts)
    descent.average, descent.averaged = None, 0
    descent.lowest, descent.diverged, descent.adrift = math.inf, 0, 0


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
def _look(descent: Descent, objective: Objective, canvas: Canvas, decay: float) -> Candidate:
    """Judge the picture as it would be saved; before the first step, the start itself."""
    if not descent.course:
        image = descent.best
    elif descent.average is not None:
        image = canvas.image(descent.average / (1 - decay**descent.averaged)).clamp(0, 1)
    else:
        image = canvas.image(descent.optimizer.point).clamp(0, 1)
    terms = dict(objective(image))
    return Candidate(image, terms, torch.stack(list(terms.values())).sum().item())


def _keep_best(descent: Descent, candidates: list[Candidate]) -> None:
    best_loss = descent.best_loss
    for candidate in candidates:
        if candidate.loss < best_loss:
            descent.best, descent.terms, best_loss = candidate
    descent.course.append(best_loss)


def _trouble(descent: Descent, loss: float) -> str:
    """Say what is wrong with this evaluation, or nothing."""
    searching = getattr(descent.optimizer, "line_search", False)
    if descent.optimizer.stalled:
        return "no step makes the picture better"
    if searching:  # a bad point is only a step that was too long: the search shortens it
        return ""
    if not math.isfinite(loss):
        return "the loss is not a number"
    descent.lowest = min(descent.lowest, loss)
    descent.diverged = descent.diverged + 1 if loss > DIVERGED * descent.first else 0
    descent.adrift = descent.adrift + 1 if loss > ADRIFT * descent.lowest else 0
    if descent.diverged >= DIVERGED_FOR or descent.adrift >= ADRIFT_FOR:
        return f"the loss is {loss:.4g} after {descent.lowest:.4g}"
    return ""


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
        descent.average, descent.averaged = (1 - decay) * canvas.parameters(descent.best), 1
    descent.average = decay * descent.average + (1 - decay) * descent.optimizer.point
    descent.averaged += 1


def _in_gamut(image: Tensor) -> bool:
    low, high = image.aminmax()
    return low.item() >= 0 and high.item() <= 1


def _under(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value.clone()
        for name, value in state.items()
        if name.startswith(prefix)
    }
