"""Adam and plain gradient descent, in the same form as our L-BFGS: evaluate at `point`, `update`.

torch.optim would do, but a run is resumed bit for bit from tensors that we hold, and a new scale
starts from the moments of the last.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from impasto.choices import EpsilonForm


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
        self.point = start.clone()
        self.learning_rate, self.betas = learning_rate, betas
        self.epsilon, self.epsilon_form = epsilon, epsilon_form
        self.first = torch.zeros_like(start)  # m_t
        self.second = torch.zeros_like(start)  # v_t
        self.time = 0

    def update(self, loss: float, gradient: Tensor) -> None:
        """Take in the gradient at `point`, and move `point`."""
        self.time += 1
        self.first = torch.lerp(gradient, self.first, self.betas[0])
        self.second = torch.lerp(gradient.square(), self.second, self.betas[1])
        first = self.first / (1 - self.betas[0] ** self.time)
        correction = 1 - self.betas[1] ** self.time
        second = self.second / correction
        epsilon = self.epsilon / (correction**0.5 if self.epsilon_form == "raw" else 1)
        self.point = self.point - self.learning_rate * first / (second.sqrt() + epsilon)

    def state(self) -> dict[str, Tensor]:
        """Return everything that `load` needs to go on bit for bit."""
        return {
            "point": self.point.clone(),
            "first": self.first.clone(),
            "second": self.second.clone(),
            "numbers": torch.tensor([self.time], dtype=torch.float64),
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self.point = state["point"].clone()
        self.first, self.second = state["first"].clone(), state["second"].clone()
        self.time = int(state["numbers"][0])


class SGD:
    """Gradient descent with an exponential decay: its rate at step t is rate · decay^(t / 100)."""

    stalled = False

    def __init__(self, start: Tensor, *, learning_rate: float, decay: float) -> None:
        self.point = start.clone()
        self.learning_rate, self.decay = learning_rate, decay
        self.time = 0

    def update(self, loss: float, gradient: Tensor) -> None:
        """Take in the gradient at `point`, and move `point`."""
        rate = self.learning_rate * self.decay ** (self.time / 100)
        self.time += 1
        self.point = self.point - rate * gradient

    def state(self) -> dict[str, Tensor]:
        """Return everything that `load` needs to go on bit for bit."""
        return {
            "point": self.point.clone(),
            "numbers": torch.tensor([self.time], dtype=torch.float64),
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self.point, self.time = state["point"].clone(), int(state["numbers"][0])
