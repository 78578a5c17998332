import pytest
import torch

from impasto.optimize.first_order import SGD, Adam

NUMBERS = {"betas": (0.9, 0.999), "epsilon": 1e-8, "epsilon_form": "corrected"}


def adam(start: torch.Tensor, **changes) -> Adam:
    return Adam(start, learning_rate=0.1, **NUMBERS | changes)


def bowl(x: torch.Tensor) -> torch.Tensor:
    return (torch.arange(1, 6, dtype=x.dtype) * (x - 1) ** 2).sum()


def follow(ours, theirs: torch.nn.Parameter, reference: torch.optim.Optimizer, steps: int) -> None:
    for _ in range(steps):
        torch.testing.assert_close(ours.point, theirs.detach(), rtol=1e-12, atol=1e-12)
        x = ours.point.detach().requires_grad_()
        (gradient,) = torch.autograd.grad(bowl(x), x)
        ours.update(0.0, gradient)
        reference.zero_grad()
        bowl(theirs).backward()
        reference.step()


def test_adam_follows_torch():
    theirs = torch.nn.Parameter(torch.zeros(5, dtype=torch.float64))
    numbers = {"betas": (0.9, 0.99), "eps": 1e-3}
    reference = torch.optim.Adam([theirs], lr=0.1, **numbers)
    ours = adam(theirs.detach(), betas=(0.9, 0.99), epsilon=1e-3)
    follow(ours, theirs, reference, 20)


def test_adam_with_epsilon_at_the_raw_moment_follows_the_formula_of_tensorflow():
    ours = adam(torch.zeros(1, dtype=torch.float64), epsilon=0.1, epsilon_form="raw")
    gradients, m, v, x = (0.01, -0.3, 2.0), 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, start=1):
        ours.update(0.0, torch.tensor([g], dtype=torch.float64))
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        x -= 0.1 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t) * m / (v**0.5 + 0.1)
        assert ours.point.item() == pytest.approx(x, rel=1e-12)


def test_sgd_follows_torch_with_exponential_decay():
    theirs = torch.nn.Parameter(torch.zeros(5, dtype=torch.float64))
    reference = torch.optim.SGD([theirs], lr=0.05)
    decay = torch.optim.lr_scheduler.ExponentialLR(reference, 0.9 ** (1 / 100))
    ours = SGD(theirs.detach(), learning_rate=0.05, decay=0.9)
    for _ in range(30):
        follow(ours, theirs, reference, 1)
        decay.step()


def test_adam_goes_on_bit_for_bit():
    start = torch.linspace(-1, 1, 5)
    whole, resumed = adam(start), adam(start)
    for step in range(6):
        whole.update(0.0, torch.sin(whole.point + step))
    resumed.load(whole.state())
    for step in range(6):
        whole.update(0.0, torch.cos(whole.point + step))
        resumed.update(0.0, torch.cos(resumed.point + step))
    assert torch.equal(whole.point, resumed.point)
