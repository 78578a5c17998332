"""The loop in which a network learns, as a generator of steps like every run.

What a step sees depends on the seed, its number and the place of each picture in the batch, not on
what came before or on how many processes share the batch: a training that is resumed goes on bit
for bit, and two processes make the gradient that one makes with all of it.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn import Module
from torch.nn.parallel import DistributedDataParallel

from impasto.contracts import Image, Step

Batch = tuple[Tensor, ...]


@runtime_checkable
class Lesson(Protocol):
    """What a network is to learn."""

    @property
    def network(self) -> Module:
        """What learns."""
        ...

    def example(self, rng: torch.Generator) -> Batch:
        """Return one example (1, ...) for each thing that the loss compares."""
        ...

    def held_out(self) -> Sequence[Batch]:
        """Return batches that are never learned from, the same every time."""
        ...

    def losses(self, network: Module, batch: Batch) -> dict[str, Tensor]:
        """Return the terms, each a mean over the batch; their sum is what is learned from."""
        ...

    def show(self, network: Module) -> Image:
        """Return a picture that shows what the network can do with what it never saw."""
        ...


@dataclass(frozen=True)
class Plan:
    """How long a network learns, and how.

    The learning rate rises over `warmup` steps and falls to 0 over a share of `cooldown` of all, so
    that an example no longer undoes what another taught.
    `average` is the share of itself that the moving average of the weights keeps in a step. Every
    `interval` steps the average is judged on what is held out; if that was not better by a
    thousandth `patience` times in a row, it ends.
    """

    steps: int
    batch: int = 8
    learning_rate: float = 1e-3
    warmup: int = 100
    cooldown: float = 0.2
    average: float = 0.999
    interval: int = 500
    patience: int = 10
    seed: int = 0
    dtype: torch.dtype = torch.float32


BETTER = 0.001
"""A loss that is lower by a smaller share is no better: it would go on forever."""


def learn(
    lesson: Lesson, plan: Plan, *, resume: Mapping[str, Tensor] | None = None
) -> Iterator[Step]:
    """Yield a step for every change of the network, the last one when it has learned enough.

    The picture of a step is what `Lesson.show` makes with the average of the weights, and so is its
    loss "held out", where it was judged. `resume` is what an earlier step's `state` gave.
    """
    network, average = lesson.network, deepcopy(lesson.network).requires_grad_(False)
    learner = Learner(network, average, plan)
    if resume is not None:
        learner.restore(resume)
    losses_of = _Losses(lesson)
    if dist.is_initialized():  # not every example needs every weight
        losses_of = DistributedDataParallel(losses_of, find_unused_parameters=True)
    with _batches(lesson, plan, learner.made) as batch_of:
        while learner.made < plan.steps and not learner.finished:
            losses = learner.step(losses_of, batch_of)
            judged = learner.made % plan.interval == 0 or learner.made == plan.steps
            if judged:
                losses["held out"] = learner.judge(lesson)
            yield Step(
                lambda: lesson.show(average),
                learner.made,
                plan.steps,
                stage="learning",
                losses=losses,
                state=learner.state,
                skipped=plan.steps - learner.made if learner.finished else 0,
                note=learner.note() if learner.finished else "",
            )


class _Losses(Module):
    """The losses of a batch as a module, which is what can be shared between processes."""

    def __init__(self, lesson: Lesson) -> None:
        super().__init__()
        self.network, self.lesson = lesson.network, lesson

    def forward(self, batch: Batch) -> dict[str, Tensor]:
        return self.lesson.losses(self.network, batch)


class Learner:
    """The weights, their moving average, the optimizer, and how well it goes."""

    def __init__(self, network: Module, average: Module, plan: Plan) -> None:
        self.network, self.average, self.plan = network, average, plan
        self.adam = torch.optim.Adam(network.parameters(), plan.learning_rate)
        self.made, self.best, self.worse = 0, torch.tensor(torch.finfo(torch.float32).max), 0
        self.device = next(network.parameters()).device

    @property
    def finished(self) -> bool:
        """Whether it was no better for too long."""
        return self.worse >= self.plan.patience

    def step(
        self, losses_of: Callable[[Batch], dict[str, Tensor]], batch_of: Callable[[int], Batch]
    ) -> dict[str, Tensor]:
        """Change the weights once, and their average."""
        plan = self.plan
        for group in self.adam.param_groups:
            group["lr"] = plan.learning_rate * self._pace()
        with torch.autocast(self.device.type, plan.dtype, enabled=plan.dtype != torch.float32):
            losses = losses_of(tuple(each.to(self.device) for each in batch_of(self.made)))
        self.adam.zero_grad()
        torch.stack(list(losses.values())).sum().backward()
        self.adam.step()
        self.made += 1
        # Early on the average follows at once, or it would remember the first weights for long.
        kept = min(plan.average, self.made / (self.made + 10))
        with torch.no_grad():
            for own, other in zip(
                self.average.parameters(), self.network.parameters(), strict=True
            ):
                own.lerp_(other, 1 - kept)
        return {name: value.detach() for name, value in losses.items()}

    def _pace(self) -> float:
        """Return the share of the learning rate that the next step has."""
        plan = self.plan
        rising = (self.made + 1) / max(1, plan.warmup)
        falling = (plan.steps - self.made) / max(1.0, plan.cooldown * plan.steps)
        return min(1.0, rising, falling)

    @torch.no_grad()
    def judge(self, lesson: Lesson) -> Tensor:
        """Return the loss of the average on what is held out, and remember whether it is better."""
        found = [sum(lesson.losses(self.average, batch).values()) for batch in lesson.held_out()]
        loss = torch.stack([torch.as_tensor(each) for each in found]).mean()
        better = bool(loss < self.best - BETTER * self.best.abs())
        self.best, self.worse = (loss, 0) if better else (self.best, self.worse + 1)
        return loss

    def note(self) -> str:
        """Return why it ended."""
        steps = self.plan.patience * self.plan.interval
        return f"no better on what is held out for {steps} steps; ended after {self.made}"

    def state(self) -> dict[str, Tensor]:
        """Return all that going on needs."""
        numbers = {"made": torch.tensor(self.made), "worse": torch.tensor(self.worse)}
        weights = {f"network.{name}": each for name, each in self.network.state_dict().items()}
        average = {f"average.{name}": each for name, each in self.average.state_dict().items()}
        moments = {
            f"adam.{number}.{name}": each
            for number, values in self.adam.state_dict()["state"].items()
            for name, each in values.items()
        }
        return {**numbers, "best": self.best, **weights, **average, **moments}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Take over what `state` gave."""
        self.made, self.worse = int(state["made"]), int(state["worse"])
        self.best = state["best"]
        for prefix, module in (("network.", self.network), ("average.", self.average)):
            module.load_state_dict(_under(state, prefix))
        found: dict[int, dict[str, Tensor]] = {}
        for key, value in _under(state, "adam.").items():
            number, name = key.split(".")
            found.setdefault(int(number), {})[name] = value.clone()
        self.adam.load_state_dict({**self.adam.state_dict(), "state": found})


def _under(state: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)
    }


@contextmanager
def _batches(lesson: Lesson, plan: Plan, first: int) -> Iterator[Callable[[int], Batch]]:
    """Give batches by the number of their step; the next one is read while one is learned from."""
    rank, world = (dist.get_rank(), dist.get_world_size()) if dist.is_initialized() else (0, 1)

    def read(number: int) -> Batch:
        places = range(rank, plan.batch, world)
        examples = [lesson.example(_generator(plan.seed, number, place)) for place in places]
        return tuple(torch.cat(each) for each in zip(*examples, strict=True))

    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(read, first)

        def batch_of(number: int) -> Batch:
            nonlocal coming
            batch = coming.result()
            coming = pool.submit(read, number + 1)
            return batch

        yield batch_of


def _generator(*numbers: int) -> torch.Generator:
    """Return a generator for these numbers: near ones give unlike draws."""
    seed = hashlib.sha256(repr(numbers).encode()).digest()[:8]
    return torch.Generator().manual_seed(int.from_bytes(seed, "big") >> 1)
