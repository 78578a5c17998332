"""The first steps of every recipe, against the published optimizer in the published units.

Both sides start from the same picture; what is compared are the points that they evaluate.
"""

import inspect
from collections.abc import Callable

import pytest
import scipy.optimize
import torch
from narrow import narrow_encoder, narrow_weights, noise
from systems import SYSTEMS, System
from torch import Tensor

from impasto.contracts import Develop, Style
from impasto.methods.gatys import make_solver
from impasto.methods.gatys_loss import GatysLoss
from impasto.optimize.canvas import Canvas
from impasto.optimize.minimize import Schedule, minimize
from impasto.recipes import PUBLISHED_RECIPES, RECIPES

EVALUATIONS = 6
PRECISION = 1e-6  # of the way that was gone
PHOTO, PAINTING, START = (noise(32, 40, seed) for seed in (2, 4, 3))

Evaluate = Callable[[Tensor], tuple[Tensor, Tensor]]


def evaluation(system: System, points: list[Tensor]) -> Evaluate:
    """Loss and gradient of a system at a point, which is written down."""

    def evaluate(numbers: Tensor) -> tuple[Tensor, Tensor]:
        points.append(numbers.detach().clone())
        numbers = numbers.detach().requires_grad_()
        loss = torch.stack(list(system.terms(numbers).values())).sum()
        return loss.detach(), torch.autograd.grad(loss, numbers)[0]

    return evaluate


class EnoughError(Exception):
    """Leaves an optimizer that would go on for long."""


def torch_steps(build: Callable[[Tensor], torch.optim.Optimizer], *, before=None, after=None):
    """Any optimizer of torch; `before` changes the numbers in its closure, `after` after a step."""

    def run(system: System, start: Tensor) -> list[Tensor]:
        points: list[Tensor] = []
        evaluate = evaluation(system, points)
        x = torch.nn.Parameter(start.clone())
        optimizer = build(x)

        def closure():
            if len(points) == EVALUATIONS:
                raise EnoughError
            if before:
                before(x.data)
            loss, x.grad = evaluate(x)
            return loss

        try:
            while True:
                optimizer.step(closure)
                if after:
                    after(x.data)
        except EnoughError:
            return points

    return run


def lbfgs(**settings):
    return torch_steps(lambda x: torch.optim.LBFGS([x], **settings))


def adam(rate: float, betas=(0.9, 0.999), eps=1e-8, *, after=None):
    return torch_steps(lambda x: torch.optim.Adam([x], rate, betas, eps), after=after)


def tensorflow_adam(rate: float, betas=(0.9, 0.999), eps=1e-8, *, after=None):
    """Adam as TensorFlow has it: epsilon is added before the bias is taken out."""

    def run(system: System, start: Tensor) -> list[Tensor]:
        points: list[Tensor] = []
        evaluate = evaluation(system, points)
        (b1, b2), x = betas, start.clone()
        m, v = torch.zeros_like(start), torch.zeros_like(start)
        for t in range(1, EVALUATIONS + 1):
            _, g = evaluate(x)
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
            rate_t = rate * (1 - b2**t) ** 0.5 / (1 - b1**t)
            x = x - rate_t * m / (v**0.5 + eps)
            if after:
                after(x)
        return points

    return run


def decaying_sgd(system: System, start: Tensor) -> list[Tensor]:
    """Keras: SGD(ExponentialDecay(100, decay_steps=100, decay_rate=0.96))."""
    points: list[Tensor] = []
    evaluate = evaluation(system, points)
    x = start.clone()
    for t in range(EVALUATIONS):
        x = x - 100.0 * 0.96 ** (t / 100) * evaluate(x)[1]
    return points


def into_gamut(numbers: Tensor) -> None:
    numbers.clamp_(0, 1)


OPTIMIZERS = {
    "gatys-2016-notebook": lbfgs(),
    "gatys-2016-notebook-large": lbfgs(),
    "gatys-2017": lbfgs(max_iter=500, tolerance_grad=0, tolerance_change=0),
    "neural-style-2015": lbfgs(max_iter=1000, tolerance_grad=-1, tolerance_change=-1),
    "neural-style-2015-multiscale": lbfgs(max_iter=1000, tolerance_grad=-1, tolerance_change=-1),
    "slow-neural-style-2016": lbfgs(max_iter=500, tolerance_grad=1e-5, tolerance_change=0),
    "neural-style-pt-2018": lbfgs(max_iter=1000, tolerance_grad=-1, tolerance_change=-1),
    "pystiche-2020": lbfgs(lr=1.0, max_iter=1),
    "symoon94-2018": torch_steps(lambda x: torch.optim.LBFGS([x]), before=into_gamut),
    "udacity-2018": adam(0.003),
    "tensorflow-2019": tensorflow_adam(0.02, (0.99, 0.999), 1e-1, after=into_gamut),
    "crowsonkb-2021": adam(0.02, (0.9, 0.99), after=into_gamut),
    "anishathalye-2015": tensorflow_adam(1e1),
    "cs20si-2017": tensorflow_adam(2.0),
    "keras-2021": decaying_sgd,
}
OWN = {"gatys-2016", "keras-2017", "titu1994-2016", "titu1994-2016-inetwork"}  # with our own L-BFGS


def our_points(name: str, system: System) -> list[Tensor]:
    recipe = RECIPES[name]
    loss = GatysLoss(recipe.method, narrow_encoder(recipe), PHOTO, [Style(PAINTING)])
    seen: list[Tensor] = []

    def objective(numbers: Tensor, develop: Develop) -> dict[str, Tensor]:
        if numbers.requires_grad:  # and not only a look at what would be saved
            seen.append(develop(numbers).detach())
        return loss(numbers, develop)

    for _ in minimize(
        objective,
        START,
        canvas=Canvas(recipe.method.parameterization, recipe.method.pixel_range),
        solver=make_solver(recipe.method),
        schedule=Schedule(EVALUATIONS),
    ):
        pass
    return [system.numbers(image) for image in seen]


def system_of(name: str) -> System:
    return SYSTEMS[name](PHOTO, [(PAINTING, 1.0)], narrow_weights(RECIPES[name]))


def assert_close(ours: Tensor, theirs: Tensor, start: Tensor) -> None:
    way = (theirs - start).abs().max().item()
    assert way > 0, "nothing moved, so that nothing is compared"
    torch.testing.assert_close(ours, theirs, rtol=0, atol=PRECISION * way)


def test_lbfgs_remembers_as_much_as_theirs():
    of_torch = torch.optim.LBFGS([torch.zeros(1)]).defaults["history_size"]
    of_scipy = inspect.signature(scipy.optimize.fmin_l_bfgs_b).parameters["m"].default
    for recipe in PUBLISHED_RECIPES:
        if recipe.method.optimizer == "lbfgs-plain":
            assert recipe.method.history == of_torch
        elif recipe.method.optimizer == "lbfgs":
            assert recipe.method.history == of_scipy


def test_every_recipe_is_compared():
    assert {recipe.name for recipe in PUBLISHED_RECIPES} == OPTIMIZERS.keys() | OWN


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_first_steps(name):
    system = system_of(name)
    start = system.numbers(START)
    theirs, ours = OPTIMIZERS[name](system, start), our_points(name, system)
    assert len(ours) == len(theirs) == EVALUATIONS
    for our_point, their_point in zip(ours[1:], theirs[1:], strict=True):
        assert_close(our_point, their_point, start)


@pytest.mark.parametrize("name", sorted(OWN))
def test_first_step_of_our_lbfgs(name):
    """Down the gradient until the loss falls: 0.05 of the range on average, then 0.3 of that."""
    system = system_of(name)
    start = system.numbers(START)
    evaluate = evaluation(system, [])
    loss, gradient = evaluate(start)
    step = 0.05 * 255 * gradient / gradient.abs().mean()
    for ours in our_points(name, system)[1:]:
        assert_close(ours, start - step, start)
        if evaluate(start - step)[0] < loss - 1e-4 * (step * gradient).sum():
            return
        step = 0.3 * step
    pytest.fail("no step was accepted")
