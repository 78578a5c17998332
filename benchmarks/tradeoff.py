"""Trade-off curves: how much of the photo a recipe keeps against how much style it reaches.

One pair of numbers can be moved along such a curve at will, so recipes are compared by their
curves: the style weight takes five values, the same for all paintings, on twelve pairs (every
painting of `examples/` once, each photo at least once), with all metrics. Beside its curve each
recipe stands as it is, with its own balance. WORK_FOLDER keeps what is finished. The medians are
written to `benchmarks/results/tradeoff.json` and, those of the metrics that nobody optimizes, as a
table to `tradeoff.md`; `tools/make_plots.py` draws them.

    python benchmarks/tradeoff.py WORK_FOLDER [--recipes draft standard best] [--threads 2]
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from quality import parse_recipes, shorten, write_pairs

from impasto.atomic import write_atomically
from impasto.cli.filling import fill_shown
from impasto.declare import Recipe
from impasto.evaluation.pairs import read_pairs
from impasto.evaluation.report import HEADLINES
from impasto.evaluation.statistics import medians
from impasto.evaluation.store import Store
from impasto.evaluation.suite import plan_suite
from impasto.evaluation.table import CONTROLS, Table
from impasto.recipes import find_recipe

WEIGHTS = (10.0, 30.0, 100.0, 300.0, 1000.0)
"""A decade to each side of 100, neural-style's, at equal ratios."""


def swept(recipe: Recipe) -> list[Recipe]:
    """Return a recipe with each style weight, and as it is."""
    return [*(weighted(recipe, weight) for weight in WEIGHTS), recipe]


def weighted(recipe: Recipe, weight: float) -> Recipe:
    """Return a recipe with neural-style's loss and another style weight, named after it."""
    method: Any = recipe.method
    changed = replace(method, style_weight=weight, style_balance="absolute")
    return replace(recipe, name=f"{recipe.name} {weight:g}", method=changed)


def points(table: Table, recipes: Sequence[Recipe]) -> list[dict[str, Any]]:
    """Return one point for each control, and for each recipe those of its curve and its own."""
    found = medians(table)
    lines = [{"row": name, "medians": found[name]} for name in CONTROLS]
    for recipe in recipes:
        for each in swept(recipe):
            method: Any = each.method
            point = {"row": each.name, "recipe": recipe.name, "style_weight": method.style_weight}
            taken = [cell.seconds for cell in table.cells if cell.row == each.name and cell.seconds]
            lines.append(point | {"medians": found[each.name], "seconds": median(taken)})
    return lines


def to_markdown(lines: Sequence[dict[str, Any]]) -> str:
    """Return the headline numbers of all points as a table."""
    rows = [
        [line["row"], *(f"{line['medians'][name]:.4g}" for name in HEADLINES)] for line in lines
    ]
    head = ["recipe and style weight", *HEADLINES]
    text = [head, [":--", *["--:"] * len(HEADLINES)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in text) + "\n"


def main(words: Sequence[str] | None = None) -> None:
    """Fill the table, or go on with it, and publish its medians."""
    given = parse_recipes(words, __doc__)
    file = given.work_folder / "pairs.csv"
    write_pairs(file, given.photos, given.styles, turns=1)
    recipes = [find_recipe(name) for name in given.recipes]
    suite = plan_suite(
        read_pairs(str(file)),
        [each for recipe in recipes for each in swept(recipe)],
        size=given.size,
        threads=given.threads,
    )
    cells, stop = fill_shown(suite, Store(str(given.work_folder / "table")), {}, quiet=False)
    failed = [cell.failure for cell in cells if cell.failure]
    if stop is not None or failed:
        raise SystemExit(stop or f"{len(failed)} pictures failed; the first: {failed[0]}")
    table = suite.table(cells)
    lines = points(table, recipes)
    record = shorten({"about": dict(table.about), "points": lines})
    write_atomically(given.results / "tradeoff.json", (json.dumps(record) + "\n").encode())
    write_atomically(given.results / "tradeoff.md", to_markdown(lines).encode())


if __name__ == "__main__":
    main()
