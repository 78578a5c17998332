"""The loop: it learns, goes on bit for bit, ends in time, and shares its work."""

import os
from itertools import islice, pairwise

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from impasto.training.loop import Plan, learn


class Line:
    """A network of two numbers learns y = 3 x - 1 from single points."""

    def __init__(self, noise=0.0):
        torch.manual_seed(0)
        self.network, self.noise = torch.nn.Linear(1, 1), noise

    def example(self, rng):
        x = torch.randn(1, 1, generator=rng)
        return x, 3 * x - 1 + self.noise * torch.randn(1, 1, generator=rng)

    def held_out(self):
        x = torch.linspace(-1, 1, 9)[:, None]
        return [(x, 3 * x - 1)]

    def losses(self, network, batch):
        x, y = batch
        return {"square": (network(x) - y).square().mean()}

    def show(self, network):
        return network.weight.detach().reshape(1, 1, 1, 1).expand(1, 3, 1, 1).clamp(0, 1)


PLAN = Plan(200, batch=4, learning_rate=0.1, warmup=5, average=0.9, interval=20)


def weights(lesson):
    return [each.detach().clone() for each in lesson.network.parameters()]


def test_it_learns_and_judges_the_average_of_the_weights():
    steps = list(learn(Line(), PLAN))
    judged = [step.losses["held out"].item() for step in steps if "held out" in step.losses]
    assert len(steps) == 200 and len(judged) == 10 and steps[-1].last
    assert judged[-1] < 1e-3 < judged[0]
    assert torch.equal(steps[-1].image, torch.ones(1, 3, 1, 1))  # 3, in range
    average = steps[-1].state()["average.weight"]
    assert average.item() == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("after", [1, 37, 60])
def test_it_goes_on_bit_for_bit(after):
    whole = Line(0.1)
    last = list(learn(whole, PLAN))[-1]
    cut = list(islice(learn(Line(0.1), PLAN), after))[-1]
    state = {name: each.clone() for name, each in cut.state().items()}
    again = Line(0.1)
    resumed = list(learn(again, PLAN, resume=state))
    assert resumed[0].index == after + 1
    for one, other in zip(weights(whole), weights(again), strict=True):
        assert torch.equal(one, other)
    for name, value in last.state().items():
        assert torch.equal(value, resumed[-1].state()[name]), name


def test_it_ends_when_it_gets_no_better():
    lesson = Line(1.0)
    plan = Plan(5000, batch=2, learning_rate=0.1, interval=10, patience=3)
    steps = list(learn(lesson, plan))
    assert len(steps) < 2000 and steps[-1].last
    assert f"no better on what is held out for 30 steps; ended after {len(steps)}" in steps[-1].note
    assert list(learn(lesson, plan, resume=steps[-1].state())) == []


class Falling(Line):
    """Its loss on what is held out falls below 0, by so much each time."""

    def __init__(self, by):
        super().__init__()
        self.by, self.loss = by, 1.0

    def losses(self, network, batch):
        if network is not self.network:
            self.loss -= self.by
            return {"logarithm": torch.tensor(self.loss)}
        return super().losses(network, batch)


def test_a_loss_below_zero_gets_better_by_falling():
    plan = Plan(200, batch=1, interval=10, patience=3)
    assert len(list(learn(Falling(0.1), plan))) == 200
    steps = list(learn(Falling(-0.1), plan))
    assert len(steps) == 40 and "no better" in steps[-1].note


def test_the_learning_rate_rises_and_falls_to_0():
    def changes(**settings):
        """How far each step goes: Adam's go as far as the learning rate says at first."""
        lesson, found = Line(), [0.0]
        began = lesson.network.bias.item()
        for _ in learn(lesson, Plan(10, batch=64, learning_rate=0.01, **settings)):
            found.append(began - lesson.network.bias.item())
        return [abs(later - earlier) for earlier, later in pairwise(found)]

    level = changes(warmup=1, cooldown=0)
    assert changes(warmup=4, cooldown=0)[0] == pytest.approx(level[0] / 4, rel=1e-3)
    cool = changes(warmup=1, cooldown=0.5)
    assert cool[:6] == pytest.approx(level[:6], rel=1e-3)
    assert cool[-1] == pytest.approx(level[-1] / 5, rel=0.2)


def test_it_can_be_canceled():
    steps = learn(Line(), PLAN)
    next(steps)
    steps.close()
    assert next(steps, None) is None


def share(rank, place, found):
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "0"}
    dist.init_process_group("gloo", init_method=f"file://{place}", rank=rank, world_size=2)
    lesson = Line(0.1)
    for _ in islice(learn(lesson, PLAN), 30):
        pass
    if rank == 0:
        torch.save(weights(lesson), found)
    dist.destroy_process_group()


def test_two_processes_learn_what_one_learns_from_all_of_the_batch(tmp_path):
    found = tmp_path / "weights.pt"
    mp.spawn(share, (str(tmp_path / "place"), str(found)), nprocs=2)
    alone = Line(0.1)
    for _ in islice(learn(alone, PLAN), 30):
        pass
    for one, other in zip(weights(alone), torch.load(found), strict=True):
        assert torch.allclose(one, other, atol=1e-6)
