"""Every test that asks for a recipe runs for each published one."""

import pytest

from impasto.declare import Recipe
from impasto.recipes import PUBLISHED_RECIPES


@pytest.fixture(params=PUBLISHED_RECIPES, ids=lambda recipe: recipe.name)
def recipe(request) -> Recipe:
    return request.param
