"""One run from inputs to steps, the same for every method: what it supports, color, seed."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

import torch
from torch import Tensor

from impasto.checks import check_styles
from impasto.choices import ColorMode
from impasto.contracts import Image, Inputs, Masks, Step, Style
from impasto.declare import Recipe
from impasto.errors import ImpastoError
from impasto.images.color_transfer import RECOLORING, finish, prepare_content, prepare_style
from impasto.images.picture import check_planes, check_range, check_side
from impasto.images.resize import same_proportions, size_of
from impasto.wording import count


def run(
    recipe: Recipe,
    inputs: Inputs,
    *,
    seed: int = 0,
    resume: Mapping[str, Tensor] | None = None,
    memory: int | None = None,
) -> Iterator[Step]:
    """Yield the steps of a recipe; the last one holds the finished picture.

    The device is that of `inputs`. `resume` is what `Step.state` of an earlier run of the same
    recipe, inputs and seed gave; the run then goes on as if it had never stopped. `memory` are the
    bytes that it may take; what needs more is computed in tiles. None: as many as it needs.

    Raises:
        ValueError: the method cannot use one of the inputs, or they do not fit together.
    """
    check_inputs(recipe, inputs)
    seen = replace(
        inputs,
        content=prepare_content(recipe.color, inputs.content),
        styles=tuple(
            replace(style, image=prepare_style(recipe.color, inputs.content, style.image))
            for style in inputs.styles
        ),
    )
    rng = torch.Generator().manual_seed(seed)
    for step in recipe.method.run(seen, rng=rng, resume=resume, memory=memory):
        yield replace(step, develop=partial(_in_final_colors, recipe.color, inputs, step))


def _in_final_colors(color: ColorMode, inputs: Inputs, step: Step) -> Image:
    image = step.image
    if not inputs.styles and color in RECOLORING:
        image = prepare_style(color, inputs.content, image)
    return finish(color, inputs.content, image)


def check_inputs(recipe: Recipe, inputs: Inputs) -> None:
    """Raise an ImpastoError if the recipe's method cannot use these inputs.

    Pictures hold numbers in [0, 1] and masks too, and no region is empty. As many regions in each
    style as in the content, and a first picture has the content's proportions.
    """
    check_styles(recipe, len(inputs.styles))
    given = {
        "masks": inputs.masks is not None,
        "many_styles": len(inputs.styles) > 1,
        "init": inputs.init is not None,
    }
    for name, is_given in given.items():
        if is_given and name not in recipe.method.supports:
            raise ImpastoError(
                f"{recipe.name} cannot use {name.replace('_', ' ')}; leave them out, or choose a "
                "recipe of another method"
            )
    check_planes(inputs.content, "the content")
    _check_masks(inputs.masks, "the content")
    for number, style in enumerate(inputs.styles, start=1):
        _check_style(style, f"style {number}", inputs.masks)
    if inputs.init is not None:
        _check_init(inputs.init, inputs.content)


def _check_style(style: Style, name: str, masks: Masks | None) -> None:
    check_planes(style.image, name)
    if not 0 < style.weight < math.inf:
        raise ImpastoError(f"{name} has the weight {style.weight}; expected a number above 0")
    if style.masks is None:
        return
    _check_masks(style.masks, name)
    if masks is None:
        raise ImpastoError(f"{name} has masks but the content has none; give both")
    if len(style.masks) != len(masks):
        raise ImpastoError(
            f"{name} has {count(len(style.masks), 'region')} and the content has "
            f"{len(masks)}; expected the same number"
        )


def _check_masks(masks: Tensor | None, name: str) -> None:
    if masks is None:
        return
    if masks.dim() != 4 or masks.shape[1] != 1:
        raise ImpastoError(
            f"the masks of {name} have the shape {tuple(masks.shape)}; expected (k, 1, h, w)"
        )
    check_range(masks, f"a mask of {name}")
    for number, mask in enumerate(masks, start=1):
        if not mask.any():
            raise ImpastoError(
                f"region {number} of {name} is empty; expected some of the picture in every "
                "region: paint it, or leave the region out everywhere"
            )


def _check_init(init: Tensor, content: Tensor) -> None:
    check_planes(init, "the first picture")
    check_side(init, "the first picture")
    if not same_proportions(size_of(init), size_of(content)):
        (h, w), (content_h, content_w) = size_of(init), size_of(content)
        raise ImpastoError(
            f"the first picture is {w} x {h} pixels and the content {content_w} x {content_h}; "
            "expected the same proportions; crop one of them"
        )
