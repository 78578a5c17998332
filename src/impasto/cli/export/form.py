"""What can be said after `impasto export`."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

import tyro

from impasto.cli.arguments import Flag, UsageError, parse
from impasto.cli.settings import check_given, recipe_form
from impasto.declare import Recipe
from impasto.recipes import find_recipe
from impasto.registry import changed_method


@dataclass(frozen=True)
class Export:
    """Write a recipe's network to an ONNX file, for programs without torch.

    impasto export johnson wave.onnx --network wave/weights.safetensors

    It takes a photo of any size and gives a picture of the same; how it came about stands in its
    metadata.
    """

    recipe: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="RECIPE")]
    """one of a method that is one network; the settings below then show its values"""
    file: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="FILE")]
    """where it goes, such as picture.onnx"""
    quiet: Flag = False
    """say nothing but errors"""


def parse_export(arguments: Sequence[str], program: str) -> tuple[Any, Recipe]:
    """Return the arguments, and the recipe with the settings that were given.

    The recipe is read first: it has the settings.

    Raises:
        ValueError: the arguments don't fit, or there is no such recipe.
        SystemExit: help was asked for and given.
    """
    named = [word for word in arguments[:1] if not word.startswith("-")]
    form = recipe_form(Export, find_recipe(named[0])) if named else Export
    given: Any = parse(form, arguments, program)
    if not named:
        raise UsageError(f"{arguments[0]} stands before the recipe; expected the recipe first")
    check_given(given.settings)
    recipe = find_recipe(given.recipe)
    try:
        return given, replace(recipe, method=changed_method(recipe, given.settings))
    except TypeError as error:
        raise UsageError(str(error)) from error
