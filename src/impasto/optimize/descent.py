"""What a minimization remembers, and how it tells that something went wrong."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from impasto.contracts import Develop, as_it_is
from impasto.errors import ImpastoError
from impasto.optimize.canvas import Picture
from impasto.optimize.solver import Optimizer, Solver

DIVERGED, DIVERGED_FOR = 100.0, 5
"""So many times the first loss in so many evaluations in a row is divergence. L-BFGS without a line
search may jump that high once or twice and be back at the next evaluation."""

ADRIFT, ADRIFT_FOR = 2.0, 50
"""So many times the lowest loss in so many evaluations in a row: not a spike any more."""

SPOILED, SPOILED_FOR = 2.0, 5
"""So many times the best loss at so many looks in a row: pixels that may leave the gamut went where
no picture can follow. A recipe that converges stays close to 1; `benchmarks/stress.py` notes every
restart."""

MOST_RESTARTS = 5


class Candidate(NamedTuple):
    """A picture that was judged."""

    picture: Picture
    terms: dict[str, Tensor]
    loss: float


@dataclass
class Descent:
    """What a minimization remembers between two evaluations."""

    optimizer: Optimizer
    best: Picture
    terms: dict[str, Tensor] = field(default_factory=dict)
    course: list[float] = field(default_factory=list)  # the best loss after each evaluation
    first: float = math.inf
    lowest: float = math.inf  # of the evaluated picture, which may be out of gamut
    diverged: int = 0  # evaluations in a row
    adrift: int = 0  # evaluations in a row
    spoiled: int = 0  # looks in a row
    restarts: int = 0
    given_up: bool = False
    average: Tensor | None = None  # Σ decay^(n-i) (1 - decay) p_i, not yet divided by Σ of weights
    averaged: int = 0  # n

    @property
    def best_loss(self) -> float:
        """The loss of the picture that would be saved now."""
        return self.course[-1] if self.course else math.inf

    def state(self) -> dict[str, Tensor]:
        """Return everything that `restore` needs; nobody changes it."""
        counts = [self.diverged, self.adrift, self.spoiled]
        counts += [self.restarts, self.given_up, self.averaged]
        state = {f"optimizer.{name}": value for name, value in self.optimizer.state().items()}
        state |= {f"terms.{name}": value for name, value in self.terms.items()}
        state["best"] = self.best.numbers
        state["best is developed"] = torch.tensor(self.best.develop is as_it_is)
        state["course"] = torch.tensor(self.course, dtype=torch.float64)
        state["losses"] = torch.tensor([self.first, self.lowest], dtype=torch.float64)
        state["counts"] = torch.tensor(counts)
        if self.average is not None:
            state["average"] = self.average
        return state

    @classmethod
    def restore(cls, state: Mapping[str, Tensor], solver: Solver, develop: Develop) -> "Descent":
        """Go on from what `state` gave. `develop` makes an image of numbers.

        Raises:
            ValueError: its pictures don't go together.
        """
        best, point = state["best"], state["optimizer.point"]
        if best.shape != point.shape:
            raise ImpastoError(
                f"the best picture has the shape {tuple(best.shape)} and the one after it "
                f"{tuple(point.shape)}; expected the same: the state is damaged"
            )
        first, lowest = state["losses"].tolist()
        diverged, adrift, spoiled, restarts, given_up, averaged = state["counts"].tolist()
        optimizer = solver.build(point, restarts=restarts)
        optimizer.load(_under("optimizer.", state))
        return cls(
            optimizer=optimizer,
            best=Picture(best, as_it_is if state["best is developed"] else develop),
            terms=_under("terms.", state),
            course=state["course"].tolist(),
            first=first,
            lowest=lowest,
            diverged=diverged,
            adrift=adrift,
            spoiled=spoiled,
            restarts=restarts,
            given_up=bool(given_up),
            average=state.get("average"),
            averaged=averaged,
        )

    def judge(self, seen: Candidate | None, look: Candidate | None) -> None:
        """Keep the better of two candidates if it is better than the best."""
        best_loss = self.best_loss
        for candidate in (seen, look):
            if candidate is not None and candidate.loss < best_loss:
                self.best, self.terms, best_loss = candidate
        self.course.append(best_loss)
        if look is not None:
            self.spoiled = self.spoiled + 1 if _times(SPOILED, best_loss, look.loss) else 0

    def trouble(self, loss: float) -> str:
        """Say what is wrong, if the picture being evaluated has this loss, or nothing."""
        searching = getattr(self.optimizer, "line_search", False)
        if self.optimizer.stalled:
            return "no step makes the picture better"
        if self.spoiled >= SPOILED_FOR:
            return f"the picture in gamut stays {SPOILED:g} times worse than the best"
        if searching:  # a bad point is only a step that was too long: the search shortens it
            return ""
        if not math.isfinite(loss):
            return "the loss is not a number"
        self.lowest = min(self.lowest, loss)
        self.diverged = self.diverged + 1 if _times(DIVERGED, self.first, loss) else 0
        self.adrift = self.adrift + 1 if _times(ADRIFT, self.lowest, loss) else 0
        if self.diverged >= DIVERGED_FOR or self.adrift >= ADRIFT_FOR:
            return f"the loss is {loss:.4g} after {self.lowest:.4g}"
        return ""

    def restart(self, optimizer: Optimizer) -> None:
        """Go on with another optimizer, which begins at the best picture."""
        self.restarts += 1
        self.optimizer = optimizer
        self.average, self.averaged = None, 0
        self.lowest, self.diverged, self.adrift, self.spoiled = math.inf, 0, 0, 0


def _times(factor: float, reference: float, loss: float) -> bool:
    """Tell whether a loss is more than so many times a reference, or no number.

    A layer with a negative weight can make both negative: what counts is how far they are apart.
    """
    return not loss - reference <= (factor - 1) * abs(reference)


def _under(prefix: str, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)
    }
