"""Adam and plain gradient descent, in the same form as our L-BFGS: evaluate at `point`, `update`.

torch.optim would do, but a run is resumed bit for bit from tensors that we hold, and a new scale
starts from the moments of the last. No tensor is changed after others may have seen it.
"""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor

from impasto.choices import EpsilonForm
from impasto.shelf import computed, shelve


class Adam:
    """Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1."""

    stalled = False

    def __init__(
        self,
        start: Tensor,
        *,
        learning_rate: float,
        betas: tuple[float, float],
        epsilon: float,
        epsilon_form: EpsilonForm,
    ) -> None:
        self.point = shelve(start.contiguous())
        self.learning_rate, self.betas = learning_rate, betas
        self.epsilon, self.epsilon_form = epsilon, epsilon_form
        self.first = computed(torch.zeros_like, self.point)  # m_t
        self.second = computed(torch.zeros_like, self.point)  # v_t
        self.time = 0

    def update(self, loss: float, gradient: Tensor) -> None:
        """Take in the gradient at `point`, and move `point`."""
        self.time += 1
        self.first = computed(self._first, gradient, self.first)
        self.second = computed(self._second, gradient, self.second)
        self.point = computed(self._ahead, self.point, self.first, self.second)

    def _first(self, gradient: Tensor, first: Tensor) -> Tensor:
        return torch.lerp(gradient, first, self.betas[0])

    def _second(self, gradient: Tensor, second: Tensor) -> Tensor:
        return torch.lerp(gradient.square(), second, self.betas[1])

    def _ahead(self, point: Tensor, first: Tensor, second: Tensor) -> Tensor:
        correction = 1 - self.betas[1] ** self.time
        epsilon = self.epsilon / (correction**0.5 if self.epsilon_form == "raw" else 1)
        first, second = first / (1 - self.betas[0] ** self.time), second / correction
        return point - self.learning_rate * first / (second.sqrt() + epsilon)

    def state(self) -> dict[str, Tensor]:
        """Return everything that `load` needs to go on bit for bit."""
        return {
            "point": self.point,
            "first": self.first,
            "second": self.second,
            "numbers": torch.tensor([self.time], dtype=torch.float64),
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self.point, self.first, self.second = state["point"], state["first"], state["second"]
        self.time = int(state["numbers"][0])


class SGD:
    """Gradient descent with an exponential decay: its rate at step t is rate · decay^(t / 100)."""

    stalled = False

    def __init__(self, start: Tensor, *, learning_rate: float, decay: float) -> None:
        self.point = shelve(start.contiguous())
        self.learning_rate, self.decay = learning_rate, decay
        self.time = 0

    def update(self, loss: float, gradient: Tensor) -> None:
        """Take in the gradient at `point`, and move `point`."""
        rate = self.learning_rate * self.decay ** (self.time / 100)
        self.time += 1
        self.point = computed(partial(torch.sub, alpha=rate), self.point, gradient)

    def state(self) -> dict[str, Tensor]:
        """Return everything that `load` needs to go on bit for bit."""
        return {
            "point": self.point,
            "numbers": torch.tensor([self.time], dtype=torch.float64),
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self.point, self.time = state["point"], int(state["numbers"][0])
