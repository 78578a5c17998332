"""`impasto recipes`: what there is, and every choice in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any

import tyro
from rich.markup import escape
from rich.table import Table

from impasto.cli.arguments import Flag, parse
from impasto.cli.exits import OK
from impasto.cli.settings import in_words
from impasto.cli.tables import print_table
from impasto.declare import Recipe, dataclass_of, default_of
from impasto.recipes import RECIPES, find_recipe


@dataclass(frozen=True)
class List:
    """List the recipes. `impasto recipes show NAME` says everything about one.

    `impasto recipes list` is the same as `impasto recipes`.
    """

    json: Flag = False
    """as JSON on standard output"""


@dataclass(frozen=True)
class Show:
    """Say everything about a recipe: its settings, where they were read, where we depart."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")]
    """one of those that `impasto recipes` lists"""
    json: Flag = False
    """as JSON on standard output"""


def main(arguments: Sequence[str]) -> int:
    """List the published systems and our own settings; show NAME says all about one."""
    if arguments and arguments[0] == "show":
        given = parse(Show, arguments[1:], "impasto recipes show")
        recipe = find_recipe(given.name)
        print(json.dumps(_record(recipe), indent=2)) if given.json else _show(recipe)
        return OK
    words = arguments[1:] if arguments[:1] == ["list"] else arguments
    as_json = parse(List, words, "impasto recipes").json
    if as_json:
        print(json.dumps([_summary(recipe) for recipe in RECIPES.values()], indent=2))
    else:
        _list()
    return OK


def _list() -> None:
    table = Table("name", "what it does", box=None, header_style="bold")
    table.columns[0].no_wrap = True
    for recipe in RECIPES.values():
        table.add_row(escape(recipe.name), escape(recipe.summary))
    print_table(table)


def _show(recipe: Recipe) -> None:
    defaults = {item.name: default_of(item) for item in fields(dataclass_of(recipe))}
    print(f"{recipe.name}: {recipe.summary}\n")
    print(f"method   {recipe.method.name}")
    if recipe.source:  # a method's own defaults have none
        print(f"paper    {recipe.paper}\nsource   {recipe.source}")
    print(f"color    {recipe.color}")
    if recipe.source:
        print("\nThe seven silent choices")
        _print_rows({f"  {name}": value for name, value in asdict(recipe.knobs).items()})
    print("\nSettings (* is not the method's default)")
    settings = asdict(dataclass_of(recipe)).items()
    _print_rows({f"{' *'[value != defaults[name]]} {name}": value for name, value in settings})
    if recipe.departures:
        print("\nWhere we depart")
    for departure in recipe.departures:
        print(f"- {departure}")


def _print_rows(rows: Mapping[str, Any]) -> None:
    table = Table("", "", box=None, show_header=False)
    for name, value in rows.items():
        table.add_row(escape(name), escape(in_words(value)))
    print_table(table)


def _summary(recipe: Recipe) -> dict[str, Any]:
    return {
        "name": recipe.name,
        "method": recipe.method.name,
        "paper": recipe.paper,
        "summary": recipe.summary,
    }


def _record(recipe: Recipe) -> dict[str, Any]:
    return {
        **_summary(recipe),
        "source": recipe.source,
        "color": recipe.color,
        "knobs": asdict(recipe.knobs),
        "departures": list(recipe.departures),
        "settings": asdict(dataclass_of(recipe)),
    }
