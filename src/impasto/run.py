"""One run from inputs to steps, the same for every method: what it supports, color, seed."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import torch
from torch import Tensor

from impasto.contracts import Inputs, Recipe, Step
from impasto.errors import ImpastoError
from impasto.images.color_transfer import finish, prepare_content, prepare_style


def run(
    recipe: Recipe,
    inputs: Inputs,
    *,
    seed: int = 0,
    resume: Mapping[str, Tensor] | None = None,
) -> Iterator[Step]:
    """Yield the steps of a recipe; the last one holds the finished picture.

    The device is that of `inputs`. `resume` is what `Step.state` of an earlier run of the same
    recipe, inputs and seed gave; the run then goes on as if it had never stopped.

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
    for step in recipe.method.run(seen, rng=rng, resume=resume):
        yield replace(step, image=finish(recipe.color, inputs.content, step.image))


def check_inputs(recipe: Recipe, inputs: Inputs) -> None:
    """Raise an ImpastoError if the recipe's method cannot use these inputs."""
    if not inputs.styles:
        raise ImpastoError("no style was given; expected at least one painting")
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
    for number, style in enumerate(inputs.styles, start=1):
        if not 0 < style.weight < math.inf:
            raise ImpastoError(
                f"style {number} has the weight {style.weight}; expected a number above 0"
            )
        if style.masks is None:
            continue
        if inputs.masks is None:
            raise ImpastoError(f"style {number} has masks but the content has none; give both")
        if len(style.masks) != len(inputs.masks):
            raise ImpastoError(
                f"style {number} has {len(style.masks)} regions and the content has "
                f"{len(inputs.masks)}; expected the same number"
            )
