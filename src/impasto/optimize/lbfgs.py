"""Limited-memory BFGS that asks for one evaluation at a time and whose history is tensors.

Paper: Nocedal and Wright, "Numerical Optimization", 2nd edition 2006, algorithm 7.4 (two-loop
recursion) and eq. 3.4 (sufficient decrease, after Armijo 1966).

It differs from torch.optim.LBFGS where that one fails on pictures. The first step has a size that a
person would see, where torch's is min(1, 1/|g|₁) and with pixels in [0, 1] moves nothing. A step
that does not descend is shortened, where torch's default goes on and may end in noise.
`line_search=False` is torch's behavior, for the published systems that were made with it.

No tensor is changed after others may have seen it, so that a state needs no copies. Those of a very
large picture lie on the shelf, part by part.
"""

from collections.abc import Mapping
from functools import partial

import torch
from torch import Tensor

from impasto.shelf import computed, parts, shelve, summed

SUFFICIENT = 1e-4  # c₁ of eq. 3.4, the value the book recommends
SHRINK = 0.3  # of a rejected step; halving costs more evaluations, 0.1 loses good steps
MOST_REJECTIONS = 8  # 0.3⁸ = 7e-5 of a step: then the direction is bad, not its length
LEAST_CURVATURE = 1e-10
"""Of yᵀs for a pair to be kept: relative to yᵀy with line search, absolute without, as in torch."""


class LBFGS:
    """Minimize a function whose value and gradient are handed in from outside.

    Evaluate at `point`, call `update` with what was found, and evaluate at the new `point`.
    `stalled` turns true when even the steepest descent finds nothing lower.

    Args:
        start: where to begin, any shape.
        history: how many pairs of steps and gradient changes are kept.
        line_search: shorten steps that do not descend.
        learning_rate: factor of each step; 1 is Newton's.
        first_step: mean absolute change by the first step (and after the history was dropped), in
            the units of `start`. Not used without line search.
        longest_step: the most that `first_step`'s measure may be for any step.
    """

    def __init__(
        self,
        start: Tensor,
        *,
        history: int,
        line_search: bool,
        learning_rate: float,
        first_step: float,
        longest_step: float,
    ) -> None:
        self.point = shelve(start.contiguous())
        self.history, self.line_search, self.learning_rate = history, line_search, learning_rate
        self.first_step, self.longest_step = first_step, longest_step
        self.steps: list[Tensor] = []  # s_i = x_{i+1} - x_i
        self.changes: list[Tensor] = []  # y_i = g_{i+1} - g_i
        self.accepted = start.new_empty(0)  # x_i; there is none before the first update
        self.gradient = start.new_empty(0)  # g_i
        self.direction = start.new_empty(0)  # d_i
        self.loss = self.slope = self.length = 0.0  # f_i, g_iᵀ d_i, α_i
        self.rejections = self.drops = 0

    @property
    def stalled(self) -> bool:
        """Whether dropping the history twice in a row did not help."""
        return self.drops > 1

    def update(self, loss: float, gradient: Tensor) -> None:
        """Take in the value and gradient at `point`, and move `point`.

        The gradient is kept and must not be changed any more.
        """
        if not self._begun or not self.line_search or self._descends(loss):
            self._accept(loss, shelve(gradient.contiguous()))
        else:
            self._reject()

    @property
    def _begun(self) -> bool:
        return self.accepted.numel() > 0

    def _descends(self, loss: float) -> bool:
        return loss <= self.loss + SUFFICIENT * self.length * self.slope

    def _accept(self, loss: float, gradient: Tensor) -> None:
        first = not self._begun
        if not first:
            self._remember(self._step(), computed(torch.sub, gradient, self.gradient))
        self.accepted, self.loss, self.gradient = self.point, loss, gradient
        self.rejections = self.drops = 0
        self._aim(first)

    def _step(self) -> Tensor:
        """Return what led to the point. Torch remembers what it meant, before any clamping."""
        if self.line_search:
            return computed(torch.sub, self.point, self.accepted)
        return computed(partial(torch.mul, other=self.length), self.direction)

    def _reject(self) -> None:
        self.rejections += 1
        if self.rejections > MOST_REJECTIONS:
            self.steps, self.changes = [], []
            self.rejections, self.drops = 0, self.drops + 1
            self._aim()
        else:
            self.length *= SHRINK
            self._move()

    def _remember(self, step: Tensor, change: Tensor) -> None:
        curvature = _dot(change, step)
        scale = _dot(change, change) if self.line_search else 1.0
        if not curvature > LEAST_CURVATURE * scale:
            return
        self.steps = [*self.steps, step][-self.history :]
        self.changes = [*self.changes, change][-self.history :]

    def _aim(self, first: bool = False) -> None:
        self.direction = self._descent(self.gradient)
        self.slope = _dot(self.gradient, self.direction)
        mean_step = _sum_of_sizes(self.direction) / self.direction.numel()
        if self.line_search and not self.steps:
            self.length = self.first_step * 0.1**self.drops / max(mean_step, 1e-30)
        elif self.line_search:
            self.length = min(self.learning_rate, self.longest_step / max(mean_step, 1e-30))
        else:
            careful = min(1.0, 1.0 / max(_sum_of_sizes(self.gradient), 1e-30))
            self.length = self.learning_rate * (careful if first else 1.0)
        self._move()

    def _descent(self, gradient: Tensor) -> Tensor:
        """Return -H g, with H the inverse Hessian that the history stands for (algorithm 7.4)."""
        q = computed(torch.neg, gradient)
        alphas: list[float] = []
        for s, y in zip(reversed(self.steps), reversed(self.changes), strict=True):
            alpha = _dot(s, q) / _dot(y, s)
            _add(q, y, -alpha)
            alphas.append(alpha)
        if self.steps:
            s, y = self.steps[-1], self.changes[-1]
            scale = _dot(s, y) / _dot(y, y)
            for (part,) in parts(q):
                part *= scale
        for s, y, alpha in zip(self.steps, self.changes, reversed(alphas), strict=True):
            _add(q, s, alpha - _dot(y, q) / _dot(y, s))
        return q

    def _move(self) -> None:
        ahead = partial(torch.add, alpha=self.length)
        self.point = computed(ahead, self.accepted, self.direction)

    def state(self) -> dict[str, Tensor]:
        """Return everything that `load` needs to go on bit for bit."""
        numbers = [self.loss, self.slope, self.length, self.rejections, self.drops]
        pairs = {"step": self.steps, "change": self.changes}
        return {
            "point": self.point,
            "accepted": self.accepted,
            "gradient": self.gradient,
            "direction": self.direction,
            "numbers": torch.tensor(numbers, dtype=torch.float64),
            **{f"{name} {n}": each for name, kept in pairs.items() for n, each in enumerate(kept)},
        }

    def load(self, state: Mapping[str, Tensor]) -> None:
        """Go on from what `state` gave."""
        self.point, self.accepted = state["point"], state["accepted"]
        self.gradient, self.direction = state["gradient"], state["direction"]
        self.steps, self.changes = (
            [state[f"{name} {n}"] for n in range(self.history) if f"{name} {n}" in state]
            for name in ("step", "change")
        )
        self.loss, self.slope, self.length, rejections, drops = state["numbers"].tolist()
        self.rejections, self.drops = int(rejections), int(drops)


def _dot(a: Tensor, b: Tensor) -> float:
    return summed(torch.dot, a, b)


def _sum_of_sizes(values: Tensor) -> float:
    return summed(partial(torch.linalg.vector_norm, ord=1), values)


def _add(total: Tensor, values: Tensor, factor: float) -> None:
    for part, other in parts(total, values):
        part.add_(other, alpha=factor)
