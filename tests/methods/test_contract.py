"""What every method must do; loops over METHODS, so that a new one is covered at once."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import ClassVar

import pytest
import torch

from impasto import METHODS, Inputs, Recipe, Style
from impasto.contracts import Image, Stage, Step
from impasto.declare import Knobs, Method
from impasto.errors import ImpastoError
from impasto.images.resize import resize, size_of
from impasto.run import run

SMALL = {
    "size": 48,
    "encoder": "random",
    "decoder": "random",
    "network": "random",
    "paintings": ("one", "other"),
    "iterations": (3, 3),
    "precision": "float32",
}
KNOBS = Knobs(*["none"] * 7)
EVERYTHING = frozenset({"masks", "many_styles", "init"})


@pytest.fixture(params=METHODS, ids=str)
def method(request: pytest.FixtureRequest) -> Method:
    kind = METHODS[request.param]
    known = {item.name for item in fields(kind)}
    return kind(**{name: value for name, value in SMALL.items() if name in known})


@pytest.fixture
def inputs(method: Method, photo: Image, painting: Image) -> Inputs:
    """A painting only for those that can look at one."""
    return Inputs(photo, (Style(painting),) if "styles" in method.supports else ())


def recipe_of(method: Method) -> Recipe:
    return Recipe("small", method, paper="none", summary="none", source="none", knobs=KNOBS)


def finished(method: Method, inputs: Inputs, seed: int = 0, resume=None):
    return list(run(recipe_of(method), inputs, seed=seed, resume=resume))


def test_steps_count_up_to_the_end(method: Method, inputs: Inputs):
    steps = finished(method, inputs)
    assert [step.index for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].place == steps[-1].total == sum(s.evaluations for s in method.plan(inputs))
    assert [step.last for step in steps] == [False] * (len(steps) - 1) + [True]


def test_the_picture_has_the_announced_size_range_and_type(method: Method, inputs: Inputs):
    last = finished(method, inputs)[-1]
    assert tuple(last.image.shape[-2:]) == method.plan(inputs)[-1].size
    assert last.image.dtype == torch.float32
    assert last.image.min() >= 0
    assert last.image.max() <= 1


def test_losses_are_finite(method: Method, inputs: Inputs):
    for step in finished(method, inputs):
        assert all(value.isfinite() for value in step.losses.values())


def test_a_seed_repeats(method: Method, inputs: Inputs):
    first, second = finished(method, inputs, 3)[-1], finished(method, inputs, 3)[-1]
    assert torch.equal(first.image, second.image)


def test_goes_on_bit_for_bit(method: Method, inputs: Inputs):
    whole, states = None, []
    for whole in run(recipe_of(method), inputs):
        assert whole.state is not None
        states.append(whole.state())
    assert whole is not None
    for state in states[::3]:
        steps = finished(method, inputs, resume=state)
        last = steps[-1].image if steps else state["best"]
        assert torch.equal(last, whole.image)


def test_can_be_canceled(method: Method, inputs: Inputs):
    steps = run(recipe_of(method), inputs)
    next(steps)
    steps.close()
    assert next(steps, None) is None


def test_leaves_its_inputs_alone(method: Method, inputs: Inputs):
    pictures = [inputs.content, *(style.image for style in inputs.styles)]
    before = [each.clone() for each in pictures]
    finished(method, inputs)
    assert all(map(torch.equal, pictures, before))


def test_changes_the_picture(method: Method, inputs: Inputs):
    last = finished(method, inputs)[-1].image
    assert not torch.equal(resize(inputs.content, size_of(last)), last)


def test_uses_what_it_supports_and_refuses_the_rest(
    method: Method, inputs: Inputs, painting: Image
):
    masks = torch.zeros(2, 1, 40, 56)
    masks[0, :, :, :28], masks[1, :, :, 28:] = 1, 1
    given = {
        "styles": replace(inputs, styles=(Style(painting),)),
        "masks": replace(inputs, masks=masks),
        "many_styles": replace(inputs, styles=(Style(painting), Style(painting.flip(-1), 0.5))),
        "init": replace(inputs, init=inputs.content.flip(-1)),
    }
    plain = finished(method, inputs)[-1].image
    for name in EVERYTHING:
        if name in method.supports:
            assert not torch.equal(finished(method, given[name])[-1].image, plain), name
        else:
            with pytest.raises(ImpastoError, match=f"{name.replace('_', ' ')}|its own"):
                finished(method, given[name])


def test_paintings_are_asked_for_or_refused(method: Method, inputs: Inputs, painting: Image):
    if "styles" in method.supports:
        with pytest.raises(ImpastoError, match="no style was given"):
            finished(method, replace(inputs, styles=()))
    else:
        with pytest.raises(ImpastoError, match="small got 1 painting and has learned its own"):
            finished(method, replace(inputs, styles=(Style(painting),)))


@dataclass(frozen=True)
class Blur:
    """A method that supports nothing but one photo and one painting."""

    name: ClassVar[str] = "blur"
    supports: ClassVar[frozenset[str]] = frozenset({"styles"})

    def plan(self, inputs: Inputs, *, memory=None) -> list[Stage]:
        return [Stage(size_of(inputs.content), 1, 0)]

    def run(
        self, inputs: Inputs, *, rng: torch.Generator, resume=None, memory=None
    ) -> Iterator[Step]:
        blurred = resize(resize(inputs.content, (4, 4)), size_of(inputs.content))
        yield Step(lambda: blurred, 1, 1)


@pytest.mark.parametrize("name", sorted(EVERYTHING))
def test_what_a_method_does_not_support_is_refused(photo: Image, painting: Image, name: str):
    inputs = Inputs(photo, (Style(painting),))
    masks = torch.ones(1, 1, 40, 56)
    given = {
        "masks": replace(inputs, masks=masks),
        "many_styles": replace(inputs, styles=inputs.styles * 2),
        "init": replace(inputs, init=inputs.content),
    }
    assert finished(Blur(), inputs)[-1].last
    with pytest.raises(ImpastoError, match=f"small cannot use {name.replace('_', ' ')}; leave"):
        finished(Blur(), given[name])


@pytest.mark.parametrize("color", ["luminance", "mean-covariance", "histogram"])
def test_keeps_the_photos_colors_if_asked(method: Method, inputs: Inputs, color: str):
    steps = run(replace(recipe_of(method), color=color), inputs)
    kept = [step.image for step in steps][-1]
    plain = finished(method, inputs)[-1].image
    photo = inputs.content.mean(dim=(2, 3))
    assert (kept.mean((2, 3)) - photo).norm() < (plain.mean((2, 3)) - photo).norm()


def test_every_setting_says_what_it_is(method: Method):
    for item in fields(method):  # type: ignore[arg-type]
        assert len(item.metadata["help"]) > 10, item.name
