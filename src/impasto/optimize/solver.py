"""Which optimizer, with which numbers."""

from dataclasses import dataclass
from math import isfinite
from typing import Protocol, runtime_checkable

import torch.nn.functional as F
from torch import Tensor

from impasto.choices import EpsilonForm, OptimizerName
from impasto.optimize.first_order import SGD, Adam
from impasto.optimize.lbfgs import LBFGS
from impasto.shelf import parts

TAKEOVER_RATE, TAKEOVER_BETAS, TAKEOVER_EPSILON = 0.02, (0.9, 0.99), 1e-8
"""Adam's numbers when it takes over after two failures: those of the published system that is built
on Adam, crowsonkb-2021. The rate is in units where white is 1."""


@runtime_checkable
class Optimizer(Protocol):
    """Evaluate at `point`, hand the result to `update`, evaluate at the new `point`."""

    point: Tensor

    @property
    def stalled(self) -> bool:
        """Whether nothing lower is to be found."""
        ...

    def update(self, loss: float, gradient: Tensor) -> None:
        """Take in what was found at `point`, and move it."""
        ...

    def state(self) -> dict[str, Tensor]:
        """Return everything that `load` needs to go on bit for bit; nobody changes it."""
        ...

    def load(self, state: dict[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        ...


@dataclass(frozen=True)
class Solver:
    """The settings of an optimizer, from which one can be built at any point of a run.

    `unit` is what white is in the parameters. What is not a setting of the method has its default
    here: `first_step` is the mean change of a number by the first step of "lbfgs", white being 1, a
    change that a person would see.
    """

    name: OptimizerName
    learning_rate: float
    history: int
    betas: tuple[float, float]
    epsilon: float
    epsilon_form: EpsilonForm
    decay: float
    unit: float
    first_step: float = 0.05

    def build(self, point: Tensor, *, restarts: int = 0) -> Optimizer:
        """Return the optimizer for the n-th start: as set, then with a shorter step, then Adam."""
        if restarts > 1:
            rate = TAKEOVER_RATE * self.unit * 0.5 ** (restarts - 2)
            return Adam(
                point,
                learning_rate=rate,
                betas=TAKEOVER_BETAS,
                epsilon=TAKEOVER_EPSILON,
                epsilon_form="corrected",
            )
        shorter = 0.3**restarts
        rate = self.learning_rate * shorter
        if self.name == "adam":
            return Adam(
                point,
                learning_rate=rate,
                betas=self.betas,
                epsilon=self.epsilon,
                epsilon_form=self.epsilon_form,
            )
        if self.name == "sgd":
            return SGD(point, learning_rate=rate, decay=self.decay)
        return LBFGS(
            point,
            history=self.history,
            line_search=self.name == "lbfgs",
            learning_rate=rate,
            first_step=self.first_step * self.unit * shorter,
            longest_step=self.unit,
        )


def warm_start(optimizer: Optimizer, earlier: Optimizer) -> None:
    """Carry Adam's moments over from the scale before; other optimizers start cold.

    The first moment is enlarged bicubically; the second bilinearly, which cannot make it negative.
    The gradient of a mean over pixels shrinks as pixels grow more, Adam's step does not notice.
    """
    if not (isinstance(optimizer, Adam) and isinstance(earlier, Adam)):
        return
    size = optimizer.point.shape[-2:]
    optimizer.first = F.interpolate(earlier.first, size=size, mode="bicubic")
    optimizer.second = F.interpolate(earlier.second, size=size, mode="bilinear").clamp_min(0)
    optimizer.time = earlier.time


def all_finite(values: Tensor) -> bool:
    """Return whether no value is NaN or infinite."""
    extremes = (part.aminmax() for (part,) in parts(values))  # NaN if there is one
    return all(isfinite(low.item()) and isfinite(high.item()) for low, high in extremes)
