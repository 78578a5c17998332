import re
from dataclasses import fields

import pytest

from impasto.cli.settings import in_words
from impasto.cli.stylize.form import parse_stylize
from impasto.recipes import RECIPES


def help_of(recipe, capsys):
    with pytest.raises(SystemExit) as stop:
        parse_stylize(["--recipe", recipe, "--help"], "impasto stylize")
    assert stop.value.code == 0
    return re.sub(r"[│\s]+", " ", capsys.readouterr().out)


@pytest.mark.parametrize("name", RECIPES)
def test_every_setting_is_a_flag_whose_value_comes_back(name):
    """Typing out a recipe in full gives the recipe."""
    method = RECIPES[name].method
    words = []
    for item in fields(method):
        flag, value = item.name.replace("_", "-"), getattr(method, item.name)
        if isinstance(value, bool):
            words.append(f"--{flag}" if value else f"--no-{flag}")
        else:
            words += [f"--{flag}", *in_words(value).split()]
    given, request = parse_stylize(["a.png", "b.png", "--recipe", name, *words], "impasto stylize")
    assert type(method)(**request.settings) == method
    assert set(request.settings) == {item.name for item in fields(method)}
    assert given.recipe == name


@pytest.mark.parametrize("name", RECIPES)
def test_help_shows_help_default_and_range_of_every_setting(name, capsys):
    shown = help_of(name, capsys)
    method = RECIPES[name].method
    assert f"Settings of the method {method.name}, with the defaults of {name}." in shown
    for item in fields(method):
        assert f"--{item.name.replace('_', '-')}" in shown
        assert item.metadata["help"] in shown
        default = f"(default: {in_words(getattr(method, item.name))}"
        bounds = [f"at least {item.metadata['low']:g}"] if item.metadata["low"] is not None else []
        assert "; ".join([default, *bounds]) in shown
    assert f"(default: {RECIPES[name].color})" in shown


def test_only_what_was_given_is_set():
    _, request = parse_stylize(["a", "b", "--size", "64"], "impasto stylize")
    assert request.settings == {"size": 64}


def test_the_color_is_the_recipes_unless_given():
    for name, recipe in RECIPES.items():
        _, request = parse_stylize(["a", "b", "--recipe", name], "impasto stylize")
        assert request.color == recipe.color
    _, request = parse_stylize(["a", "b", "--color", "histogram"], "impasto stylize")
    assert request.color == "histogram"


@pytest.mark.parametrize(
    "value, words",
    [
        (0.1, "0.1"),
        (1e-8, "1e-08"),
        (5.0, "5"),
        (1 / 255, "0.00392156862745098"),
        (True, "yes"),
        ((500, 200), "500 200"),
        ({"relu1_1": 0.2, "relu2_1": 1.0}, "relu1_1 0.2 relu2_1 1"),
        ({}, "none"),
    ],
)
def test_in_words(value, words):
    assert in_words(value) == words
