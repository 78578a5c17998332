"""Every published loss, term by term, and its gradient, against formulas of its own."""

import pytest
import torch
from narrow import narrow_encoder, narrow_weights, noise
from systems import MIXING, ONE_SIZE, SYSTEMS

from impasto.contracts import Style
from impasto.methods.gatys_loss import GatysLoss
from impasto.recipes import PUBLISHED_RECIPES, RECIPES

PRECISION = 1e-6
PHOTO, PICTURE = noise(32, 40, seed=2), noise(32, 40, seed=3)
PAINTINGS = ((noise(32, 40, seed=4), 3.0), (noise(48, 36, seed=5), 1.0))


def paintings_of(name):
    return PAINTINGS[:1] if name in ONE_SIZE else PAINTINGS[1:]


def assert_agrees(name, paintings):
    recipe = RECIPES[name]
    system = SYSTEMS[name](PHOTO, paintings, narrow_weights(recipe))
    numbers = system.numbers(PICTURE).requires_grad_()
    published = system.terms(numbers)
    (gradient,) = torch.autograd.grad(sum(published.values()), numbers)

    picture = PICTURE.clone().requires_grad_()
    styles = [Style(image, weight) for image, weight in paintings]
    ours = GatysLoss(recipe.method, narrow_encoder(recipe), PHOTO, styles)(picture)
    (our_gradient,) = torch.autograd.grad(sum(ours.values()), picture)

    assert ours.keys() == published.keys()
    for term in ours:
        torch.testing.assert_close(ours[term], published[term], rtol=PRECISION, atol=0)
    # The chain rule carries the gradient from the system's numbers to a picture in [0, 1].
    image = PICTURE.clone().requires_grad_()
    (theirs,) = torch.autograd.grad((system.numbers(image) * gradient).sum(), image)
    torch.testing.assert_close(
        our_gradient, theirs, rtol=0, atol=PRECISION * theirs.abs().max().item()
    )


def test_every_published_system_is_compared():
    assert {recipe.name for recipe in PUBLISHED_RECIPES} == SYSTEMS.keys()


def test_terms_and_gradient(recipe):
    assert_agrees(recipe.name, paintings_of(recipe.name))


@pytest.mark.parametrize("name", sorted(MIXING))
def test_terms_and_gradient_with_two_paintings(name):
    assert_agrees(name, PAINTINGS)
