import pytest
import torch
from torch import Tensor

from impasto.optimize.lbfgs import LBFGS


def lbfgs(start: Tensor, **changes) -> LBFGS:
    numbers = {"history": 10, "line_search": True, "learning_rate": 1.0}
    return LBFGS(start, **numbers | {"first_step": 0.05, "longest_step": 1.0} | changes)


def rosenbrock(x: Tensor) -> Tensor:
    return (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def minimum(optimizer: LBFGS, function, evaluations: int) -> float:
    best = float("inf")
    for _ in range(evaluations):
        x = optimizer.point.detach().requires_grad_()
        loss = function(x)
        (gradient,) = torch.autograd.grad(loss, x)
        best = min(best, loss.item())
        optimizer.update(loss.item(), gradient)
    return best


def test_solves_a_narrow_valley():
    start = torch.zeros(10, dtype=torch.float64)
    assert minimum(lbfgs(start), rosenbrock, 200) < 1e-12


def test_plain_follows_torch():
    """Without line search every iterate is torch's, whose first step is min(1, 1/|g|₁)."""
    start = torch.linspace(-1, 1, 12, dtype=torch.float64)
    scales = torch.logspace(0, 2, 12, dtype=torch.float64)

    def bowl(x: Tensor) -> Tensor:
        return (scales * (x - 0.3) ** 2).sum() + (x**4).sum()

    theirs = start.clone().requires_grad_()
    reference = torch.optim.LBFGS(
        [theirs], lr=0.7, max_iter=12, history_size=4, tolerance_grad=0, tolerance_change=0
    )
    seen: list[Tensor] = []

    def closure() -> Tensor:
        seen.append(theirs.detach().clone())
        reference.zero_grad()
        loss = bowl(theirs)
        loss.backward()
        return loss

    reference.step(closure)
    ours = lbfgs(start, history=4, line_search=False, learning_rate=0.7)
    for expected in seen:
        torch.testing.assert_close(ours.point, expected, rtol=1e-9, atol=1e-12)
        x = ours.point.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(bowl(x), x)
        ours.update(bowl(x).item(), gradient)


def test_first_step_is_what_a_person_would_see():
    """However small or large the gradient is."""
    for scale in (1e-12, 1.0, 1e12):
        optimizer = lbfgs(torch.zeros(5), first_step=0.05)
        optimizer.update(1.0, scale * torch.tensor([1.0, -2.0, 3.0, 0.0, 1.0]))
        assert optimizer.point.abs().mean().item() == pytest.approx(0.05, rel=1e-5)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 1e30])
def test_a_bad_point_only_shortens_the_step(bad: float):
    optimizer = lbfgs(torch.zeros(3), first_step=0.1)
    optimizer.update(1.0, torch.ones(3))
    before = optimizer.point.abs().mean().item()
    optimizer.update(bad, torch.full((3,), float("nan")))
    assert optimizer.point.isfinite().all()
    assert optimizer.point.abs().mean().item() == pytest.approx(0.3 * before, rel=1e-5)


def test_stalls_where_nothing_is_lower():
    optimizer = lbfgs(torch.zeros(3))
    for _ in range(40):  # the gradient lies: no step along it finds anything lower
        optimizer.update(1.0, torch.ones(3))
    assert optimizer.stalled


def test_goes_on_bit_for_bit():
    start = torch.linspace(-1, 1, 8)
    whole = lbfgs(start, history=3)
    minimum(whole, rosenbrock, 9)
    resumed = lbfgs(torch.zeros_like(start), history=3)
    resumed.load(whole.state())
    minimum(whole, rosenbrock, 7)
    minimum(resumed, rosenbrock, 7)
    assert torch.equal(whole.point, resumed.point)


def test_state_is_a_copy():
    optimizer = lbfgs(torch.zeros(4))
    optimizer.update(1.0, torch.ones(4))
    state = optimizer.state()
    kept = {name: value.clone() for name, value in state.items()}
    minimum(optimizer, lambda x: (x**2).sum(), 5)
    assert all(torch.equal(state[name], kept[name]) for name in kept)
