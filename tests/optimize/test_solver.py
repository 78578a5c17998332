"""Which optimizer is built, at the start and after a failure."""

from dataclasses import replace

import pytest
import torch

from impasto.methods.gatys import make_solver
from impasto.methods.gatys_settings import Gatys
from impasto.optimize.first_order import SGD, Adam
from impasto.optimize.lbfgs import LBFGS
from impasto.optimize.solver import (
    TAKEOVER_BETAS,
    TAKEOVER_RATE,
    Optimizer,
    all_finite,
    warm_start,
)
from impasto.recipes import RECIPES

POINT = torch.zeros(1, 3, 4, 6)
SOLVER = replace(
    make_solver(Gatys()),
    learning_rate=0.5,
    history=7,
    betas=(0.8, 0.95),
    epsilon=1e-3,
    epsilon_form="raw",
    decay=0.9,
    unit=255.0,
    first_step=0.05,
)


def built(name, restarts=0) -> Optimizer:
    return replace(SOLVER, name=name).build(POINT, restarts=restarts)


@pytest.mark.parametrize("restarts", [0, 1])
@pytest.mark.parametrize(("name", "search"), [("lbfgs", True), ("lbfgs-plain", False)])
def test_lbfgs_has_the_settings_and_a_shorter_step_at_the_second_start(name, search, restarts):
    optimizer = built(name, restarts)
    assert isinstance(optimizer, LBFGS)
    assert (optimizer.line_search, optimizer.history) == (search, 7)
    assert optimizer.learning_rate == 0.5 * 0.3**restarts
    assert optimizer.first_step == pytest.approx(0.05 * 255 * 0.3**restarts)
    assert optimizer.longest_step == 255


@pytest.mark.parametrize("restarts", [0, 1])
def test_adam_and_sgd_too(restarts):
    adam, sgd = built("adam", restarts), built("sgd", restarts)
    assert isinstance(adam, Adam)
    assert (adam.betas, adam.epsilon, adam.epsilon_form) == ((0.8, 0.95), 1e-3, "raw")
    assert isinstance(sgd, SGD)
    assert sgd.decay == 0.9
    assert adam.learning_rate == sgd.learning_rate == 0.5 * 0.3**restarts


@pytest.mark.parametrize("name", ["lbfgs", "lbfgs-plain", "adam", "sgd"])
def test_adam_takes_over_at_the_third_start_with_half_the_rate_each_time(name):
    for restarts, share in ((2, 1.0), (3, 0.5), (5, 0.125)):
        optimizer = built(name, restarts)
        assert isinstance(optimizer, Adam)
        assert optimizer.learning_rate == pytest.approx(share * TAKEOVER_RATE * 255)
        assert optimizer.betas == TAKEOVER_BETAS


def test_adam_takes_over_with_the_numbers_of_the_system_that_is_built_on_it():
    published = RECIPES["crowsonkb-2021"].method
    assert isinstance(published, Gatys)
    assert (published.learning_rate, published.betas) == (TAKEOVER_RATE, TAKEOVER_BETAS)


def test_a_warm_start_carries_adams_moments_to_the_new_size():
    earlier, later = built("adam"), replace(SOLVER, name="adam").build(torch.zeros(1, 3, 8, 12))
    for _ in range(3):
        earlier.update(0.0, torch.full_like(POINT, 2.0))
    warm_start(later, earlier)
    assert isinstance(earlier, Adam)
    assert isinstance(later, Adam)
    assert later.time == 3
    torch.testing.assert_close(later.first, torch.full((1, 3, 8, 12), earlier.first.max().item()))
    torch.testing.assert_close(later.second, torch.full((1, 3, 8, 12), earlier.second.max().item()))


def test_the_second_moment_stays_positive_where_it_is_enlarged():
    earlier, later = built("adam"), replace(SOLVER, name="adam").build(torch.zeros(1, 3, 16, 24))
    spike = torch.zeros_like(POINT)
    spike[..., 2, 3] = 1e3
    earlier.update(0.0, spike)
    warm_start(later, earlier)
    assert isinstance(later, Adam)
    assert later.second.min() >= 0


def test_others_start_cold():
    earlier, later = built("adam"), built("lbfgs")
    earlier.update(0.0, torch.ones_like(POINT))
    before = later.state()
    warm_start(later, earlier)
    assert all(torch.equal(before[name], value) for name, value in later.state().items())


@pytest.mark.parametrize("bad", [torch.nan, torch.inf, -torch.inf])
def test_all_finite(bad):
    assert all_finite(POINT)
    assert not all_finite(torch.tensor([0.0, bad]))
