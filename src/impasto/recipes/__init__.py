"""Published systems and our own settings, as data: a recipe is an instance of a method."""

from dataclasses import replace
from difflib import get_close_matches

from impasto.declare import Recipe
from impasto.errors import ImpastoError
from impasto.recipes.gatys import GATYS_RECIPES
from impasto.recipes.house import HOUSE_RECIPES
from impasto.recipes.keras import KERAS_RECIPES
from impasto.recipes.lessons import LESSON_RECIPES
from impasto.recipes.programs import PROGRAM_RECIPES
from impasto.registry import METHODS, unlisted_recipe

PUBLISHED_RECIPES = (*GATYS_RECIPES, *PROGRAM_RECIPES, *KERAS_RECIPES, *LESSON_RECIPES)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe for recipe in (*HOUSE_RECIPES, *PUBLISHED_RECIPES)
}
"""Every recipe by name, our own first."""

DEPARTURES = (
    "what is saved is the best picture on the way, judged as it is saved, in gamut; they save the "
    "last one",
    "a run that diverges starts again from its best picture, with a shorter step, then with Adam",
    "all evaluations are made: their optimizers stop early when a gradient or a step is all but 0",
    "pictures are resized with an anti-aliased bicubic filter, where most use a bilinear one, and "
    "sizes are rounded to the nearest pixel, so that a side may differ from theirs by one",
    "from one scale to the next the picture is handed on as it is, not saved in 8 bits and read "
    "again",
    "the same seed draws other noise than in their random generators",
    "the network may run in bfloat16 where the machine is fast at it, unless the optimizer is "
    "torch's L-BFGS, whose first steps are too small for that; set precision to float32",
    "masks, strength, color modes and several paintings work in every recipe, whether the "
    "published system has them or not",
)
"""Where every recipe of a published system departs from it; a recipe's own come on top."""


def find_recipe(name: str) -> Recipe:
    """Return a recipe by name. That of a method stands for it with its own defaults.

    Raises:
        ValueError: there is no such recipe; the message names the nearest.
    """
    if name in RECIPES:
        return RECIPES[name]
    if name in METHODS:
        return replace(unlisted_recipe(name, name), summary="the method with its own defaults")
    family = [known for known in RECIPES if name.split("-")[0] in known]
    near = family or get_close_matches(name, RECIPES, cutoff=0.5)
    raise ImpastoError(
        f"{name!r} is not a recipe; did you mean {' or '.join(near)}? `impasto recipes` lists all"
        if near
        else f"{name!r} is not a recipe; expected one of those that `impasto recipes` lists"
    )
