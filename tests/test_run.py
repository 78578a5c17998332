"""What surrounds every method: the checks of its inputs, and color before and after."""

import copy
import importlib
from dataclasses import replace

import pytest
import torch

from impasto import RECIPES, Inputs, Recipe
from impasto.errors import ImpastoError
from impasto.images.color_transfer import finish
from impasto.run import check_inputs, run

SMALL = {"size": 40, "iterations": (2, 3), "scale_step": 1.3, "precision": "float32"}

run_module = importlib.import_module("impasto.run")  # `impasto.run` is the function


@pytest.fixture
def recipe() -> Recipe:
    standard = RECIPES["standard"]
    method = replace(standard.method, encoder="random", **SMALL)
    return replace(standard, method=method, color="luminance")


def test_the_photos_colors_go_under_a_picture_that_is_asked_for(recipe, inputs, monkeypatch):
    made = []

    def counted(*args):
        made.append(args)
        return finish(*args)

    monkeypatch.setattr(run_module, "finish", counted)
    steps = list(run(recipe, inputs))
    assert not made
    images = [step.image for step in steps]
    assert [tuple(image.shape[-2:]) for image in images] == [(22, 31)] * 2 + [(29, 40)] * 3
    plain = run(replace(recipe, color="as-is"), gray(recipe, inputs))
    for image, step in zip(images, plain, strict=True):
        assert torch.equal(image, finish("luminance", inputs.content, step.image))


def gray(recipe: Recipe, inputs: Inputs) -> Inputs:
    """The inputs as the run is to see them."""
    content = run_module.prepare_content(recipe.color, inputs.content)
    images = [
        run_module.prepare_style(recipe.color, inputs.content, style.image)
        for style in inputs.styles
    ]
    styles = [replace(s, image=image) for s, image in zip(inputs.styles, images, strict=True)]
    return replace(inputs, content=content, styles=tuple(styles))


def spoil(image: torch.Tensor, value: float) -> torch.Tensor:
    spoiled = image.clone()
    spoiled[..., 3, 3] = value
    return spoiled


def unchecked(inputs: Inputs, **changes) -> Inputs:
    """Inputs as a user can make them: shapes are checked in tests alone."""
    changed = copy.copy(inputs)
    for name, value in changes.items():
        object.__setattr__(changed, name, value)
    return changed


def test_pictures_that_are_none_are_refused(recipe, inputs):
    """And not taken for weights that are too large."""
    style, masks = inputs.styles[0], torch.ones(2, 1, 8, 8)
    masked = replace(style, masks=masks)
    hollow = masks * torch.tensor([1.0, 0.0]).view(2, 1, 1, 1)
    infinite = replace(style, image=spoil(style.image, torch.inf))
    cases = {
        "the content holds NaN": {"content": spoil(inputs.content, torch.nan)},
        "the content holds values from": {"content": spoil(inputs.content, 7.0)},
        r"the content has the shape \(3, 40, 56\)": {"content": inputs.content[0]},
        "style 1 holds NaN or inf": {"styles": (infinite,)},
        "the first picture holds NaN": {"init": spoil(inputs.content, torch.nan)},
        r"the masks of the content have the shape \(2, 8, 8\)": {"masks": masks[:, 0]},
        "a mask of the content holds NaN": {"masks": spoil(masks, torch.nan)},
        "region 2 of the content is empty": {"masks": hollow},
        "region 2 of style 1 is empty": {
            "masks": masks,
            "styles": (replace(style, masks=hollow),),
        },
        "the same number": {"masks": masks[:1], "styles": (masked,)},
    }
    for words, change in cases.items():
        with pytest.raises(ImpastoError, match=words):
            check_inputs(recipe, unchecked(inputs, **change))
    check_inputs(recipe, replace(inputs, masks=masks, styles=(masked,)))


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((56, 40), "is 40 x 56 pixels and the content 56 x 40; expected the same proportions"),
        ((40, 60), "is 60 x 40 pixels"),
        ((1, 1), "is 1 pixel wide and 1 pixel high"),
        ((20, 28), None),
        ((17, 24), None),
        ((400, 560), None),
    ],
)
def test_a_first_picture_is_not_stretched(recipe, inputs, size, words):
    given = replace(inputs, init=torch.rand(1, 3, *size))
    if words is None:
        check_inputs(recipe, given)
    else:
        with pytest.raises(ImpastoError, match=words):
            check_inputs(recipe, given)
