"""What holds for every recipe, published or ours."""

import dataclasses
import json

import pytest
import torch
from narrow import narrow_encoder

from impasto.contracts import Inputs, Style
from impasto.methods.gatys import plan_scales
from impasto.recipes import DEPARTURES, PUBLISHED_RECIPES, RECIPES, find_recipe
from impasto.registry import METHODS, build_method
from impasto.run import run
from impasto.weights.table import TABLE

every_recipe = pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)


@every_recipe
def test_says_where_it_comes_from(recipe):
    texts = [recipe.paper, recipe.summary, recipe.source, *dataclasses.astuple(recipe.knobs)]
    texts += recipe.departures
    assert all(text.strip() == text and text for text in texts)
    assert "\n" not in recipe.summary
    assert len(recipe.name) + len(recipe.summary) < 100, "one line of `impasto recipes`"


@every_recipe
def test_names_are_lists_and_keys_alike(recipe):
    assert RECIPES[recipe.name] is recipe
    assert recipe.method.encoder in TABLE


@pytest.mark.parametrize("name", METHODS)
def test_a_method_stands_for_its_own_defaults(name):
    recipe = find_recipe(name)
    assert recipe.method == METHODS[name]() and recipe.name == name and name not in RECIPES


def test_names_are_unique():
    assert len(RECIPES) > len(PUBLISHED_RECIPES)
    assert len({recipe.name for recipe in PUBLISHED_RECIPES}) == len(PUBLISHED_RECIPES)


def test_published_names_end_in_a_year_or_a_variant():
    for recipe in PUBLISHED_RECIPES:
        years = [part for part in recipe.name.split("-") if part.startswith("20")]
        assert len(years) == 1
        assert 2015 <= int(years[0]) <= 2021


def test_common_departures_are_sentences():
    assert all(text.strip() == text and text for text in DEPARTURES)


@every_recipe
def test_survives_json(recipe):
    text = json.dumps(dataclasses.asdict(recipe.method))
    assert build_method(recipe.method.name, json.loads(text)) == recipe.method


def test_published_systems_have_none_of_our_extras(recipe):
    method = recipe.method
    assert method.strength == 1
    assert method.histogram_weight == 0
    assert method.tolerance == 0
    assert recipe.color == "as-is"


def test_torchs_lbfgs_gets_a_network_that_sees_its_first_step(recipe):
    """A change of 1 / |g|₁ is lost in bfloat16: the gradient stays and the history is empty."""
    if recipe.method.optimizer == "lbfgs-plain":
        assert recipe.method.precision == "float32"


@every_recipe
def test_runs_at_64_pixels(recipe, monkeypatch, photo, painting):
    few = tuple(2 for _ in recipe.method.iterations)
    small = dataclasses.replace(recipe.method, size=64, iterations=few, precision="float32")
    monkeypatch.setattr(
        "impasto.methods.gatys.load_encoder",
        lambda name, **_: narrow_encoder(dataclasses.replace(recipe, method=small), torch.float32),
    )
    inputs = Inputs(photo, (Style(painting),))
    steps = list(run(dataclasses.replace(recipe, method=small), inputs))
    assert len(steps) == steps[-1].total == sum(n for _, n in plan_scales(small, inputs))
    image = steps[-1].image
    assert tuple(image.shape[-2:]) == plan_scales(small, inputs)[-1][0]
    assert image.min() >= 0
    assert image.max() <= 1
    assert all(torch.isfinite(loss) for loss in steps[-1].losses.values())
