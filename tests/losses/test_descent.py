"""What every loss must pass: its gradient is that of its value, and following it goes down."""

import pytest
import torch

from impasto.features.statistics import moments
from impasto.losses.content import squared_error
from impasto.losses.gram import gram_distance
from impasto.losses.histogram import histogram_distance, sorted_values
from impasto.losses.moments import gaussian, wasserstein2
from impasto.losses.total_variation import total_variation


def noise(seed, h, w):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng, dtype=torch.float64)


START, TARGET = noise(1, 6, 7), noise(2, 6, 7)
PAINTING = noise(3, 8, 5) ** 2


def gram(divisor, reduction, mask=None):
    def loss(x):
        return gram_distance(
            moments(x, mask).second,
            moments(PAINTING).second,
            positions=42,
            area=168,
            divisor=divisor,
            reduction=reduction,
        )

    return loss


LEFT = torch.zeros(1, 1, 6, 7, dtype=torch.float64)
LEFT[..., :4] = torch.tensor([1.0, 1.0, 0.7, 0.2])

LOSSES = {
    "content, mean": lambda x: squared_error(x, TARGET, "mean"),
    "content, sum": lambda x: squared_error(x, TARGET, "sum"),
    "gram by N": gram("N", "mean"),
    "gram by CN": gram("CN", "mean"),
    "gram by sqrt(CN)": gram("sqrt(CN)", "mean"),
    "gram by A": gram("A", "sum"),
    "gram of a region": gram("N", "mean", LEFT),
    "wasserstein": lambda x: wasserstein2(moments(x), gaussian(moments(PAINTING))),
    "histogram": lambda x: histogram_distance(x, sorted_values(PAINTING)),
    "tv, l1": lambda x: total_variation(x, "l1"),
    "tv, l2": lambda x: total_variation(x, "l2"),
    "tv, l2-mean": lambda x: total_variation(x, "l2-mean"),
    "tv, isotropic": lambda x: total_variation(x, "isotropic"),
    "tv, power": lambda x: total_variation(x, "power"),
    "tv, nine-point": lambda x: total_variation(x, "nine-point"),
}
every_loss = pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)


@every_loss
def test_gradient_is_that_of_the_value(loss):
    assert torch.autograd.gradcheck(loss, START.clone().requires_grad_())


@every_loss
def test_five_steps_lower_it(loss):
    x, course = START.clone(), []
    for _ in range(6):
        x = x.detach().requires_grad_()
        value = loss(x)
        course.append(value.item())
        (gradient,) = torch.autograd.grad(value, x)
        x = x - 0.005 * gradient / gradient.abs().mean()
    assert course == sorted(course, reverse=True)
    assert course[-1] < course[0]
