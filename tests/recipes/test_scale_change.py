"""Crowson's system across a change of scale: Adam's moments and the average go along."""

from dataclasses import replace

import torch
from narrow import narrow_encoder, narrow_weights, noise
from systems import SYSTEMS
from torch.nn import functional

from impasto.contracts import Inputs, Style
from impasto.images.resize import resize
from impasto.recipes import RECIPES

RECIPE = RECIPES["crowsonkb-2021"]
SIZES = ((28, 34), (40, 48))  # 48 / √2 and 48
STEPS = 3
PHOTO, PAINTING = noise(40, 48, seed=2), noise(32, 40, seed=4)
PAINTING_SMALL = (27, 34)  # at the second scale it keeps its size: it is never enlarged


def our_run(monkeypatch):
    """The picture after each step of two scales, and the picture that would be saved."""
    encoder = narrow_encoder(RECIPE)
    monkeypatch.setattr("impasto.methods.gatys.load_encoder", lambda name, **_: encoder)
    method = replace(RECIPE.method, size=48, iterations=(STEPS, STEPS), precision="float64")
    inputs = Inputs(PHOTO, (Style(PAINTING),))
    after_steps = []
    for step in method.run(inputs, rng=torch.Generator()):
        after_steps.append(step.state()["optimizer.point"])
    return after_steps, step.image


class Average:
    """Crowson's moving average, whose bias is corrected as Adam's is."""

    def __init__(self, image):
        self.value, self.left = torch.zeros_like(image), 1.0
        self.include(image)

    def include(self, image):
        self.left *= 0.99
        self.value = 0.99 * self.value + 0.01 * image

    def image(self):
        return self.value / (1 - self.left)


def published_run():
    """The same, from the description."""
    weights, after_steps = narrow_weights(RECIPE), []
    image = resize(PHOTO, SIZES[0])
    m = v = torch.zeros_like(image)
    step = 0
    for size, painting in zip(SIZES, (resize(PAINTING, PAINTING_SMALL), PAINTING), strict=True):
        system = SYSTEMS[RECIPE.name](resize(PHOTO, size), [(painting, 1.0)], weights)
        image = functional.interpolate(image, size, mode="bicubic", antialias=True).clamp(0, 1)
        m = functional.interpolate(m, size, mode="bicubic")
        v = functional.interpolate(v, size, mode="bilinear").relu()
        average = Average(image)
        for _ in range(STEPS):
            x = image.clone().requires_grad_()
            (g,) = torch.autograd.grad(sum(system.terms(x).values()), x)
            step += 1
            m, v = 0.9 * m + 0.1 * g, 0.99 * v + 0.01 * g * g
            change = m / (1 - 0.9**step) / ((v / (1 - 0.99**step)).sqrt() + 1e-8)
            image = (image - 0.02 * change).clamp(0, 1)
            after_steps.append(image)
            average.include(image)
        image = average.image()
    return after_steps, image


def test_three_steps_before_and_after_a_change_of_scale(monkeypatch):
    ours, last = our_run(monkeypatch)
    theirs, published = published_run()
    assert len(ours) == len(theirs)
    for our_image, their_image in zip(ours, theirs, strict=True):
        torch.testing.assert_close(our_image, their_image, rtol=0, atol=1e-9)
    torch.testing.assert_close(last, published, rtol=0, atol=1e-9)
