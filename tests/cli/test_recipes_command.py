import json
from dataclasses import asdict

import pytest

from impasto.recipes import RECIPES


def test_the_list_names_them_all(impasto):
    code, out, _ = impasto("recipes")
    assert code == 0
    rows = out.splitlines()[1:]
    assert [row.split()[0] for row in rows] == list(RECIPES)
    for row, recipe in zip(rows, RECIPES.values(), strict=True):
        assert row == row.rstrip()
        assert row.endswith(recipe.summary)


def test_the_list_has_its_name_too(impasto):
    assert impasto("recipes", "list") == impasto("recipes")
    assert impasto("recipes", "list", "--json") == impasto("recipes", "--json")


def test_the_list_in_a_terminal_of_80_columns(impasto, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich takes any stream for a terminal
    monkeypatch.setenv("COLUMNS", "80")
    lines = impasto("recipes")[1].splitlines()
    assert len(lines) <= 1 + 2 * len(RECIPES)
    assert [line.split()[0] for line in lines if line[:3].strip()][1:] == list(RECIPES)


def test_as_json(impasto):
    code, out, _ = impasto("recipes", "--json")
    listed = json.loads(out)
    assert code == 0
    assert [each["name"] for each in listed] == list(RECIPES)
    for each in listed:
        assert each["method"] == RECIPES[each["name"]].method.name
        assert each["paper"]


@pytest.mark.parametrize("name", RECIPES)
def test_show_says_everything(impasto, name):
    recipe = RECIPES[name]
    code, out, _ = impasto("recipes", "show", name)
    assert code == 0
    for text in (recipe.summary, recipe.paper, recipe.source, *asdict(recipe.knobs).values()):
        assert text in out
    for departure in recipe.departures:
        assert departure in out
    for setting in asdict(recipe.method):
        assert f" {setting} " in out


def test_show_marks_what_is_not_the_default(impasto):
    _, out, _ = impasto("recipes", "show", "gatys-2016")
    lines = [line.strip() for line in out.splitlines()]
    assert "* pooling" in [line[:9] for line in lines]
    assert "size" in [line[:4] for line in lines]
    assert "* size" not in [line[:6] for line in lines]


def test_show_as_json(impasto):
    code, out, _ = impasto("recipes", "show", "standard", "--json")
    shown = json.loads(out)
    assert code == 0
    assert shown["settings"] == json.loads(json.dumps(asdict(RECIPES["standard"].method)))
    assert len(shown["knobs"]) == 7


def test_show_an_unknown_one(impasto):
    code, out, err = impasto("recipes", "show", "gatys-2061")
    assert code == 2
    assert out == ""
    assert "gatys-2016" in err
    assert "keras" not in err
