"""Write the documentation that the code already says: recipes, settings, metrics, the README.

python tools/make_docs.py            write it
python tools/make_docs.py --check    change nothing, and fail where it is out of date
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from results import EYES, joint_rows, median_rows
from speeds import (
    AMX,
    arithmetic_rows,
    cost_rows,
    judging_rows,
    machine_rows,
    memory_rows,
    share_rows,
    start_rows,
    yardstick_rows,
)

from impasto import METHODS, RECIPES, Recipe
from impasto.cli.settings import in_words
from impasto.declare import default_of
from impasto.evaluation import METRICS, Metric
from impasto.evaluation.sets import NETWORKS, SET_METRICS
from impasto.evaluation.vision import STYLE_LAYERS
from impasto.recipes import DEPARTURES

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- {}: tools/make_docs.py -->", "<!-- end -->"
NOTICE = "<!-- Written by tools/make_docs.py: change the code and run that. -->"

KNOBS = {
    "weights": "weights",
    "input_range": "input range",
    "channels_and_mean": "channels and mean",
    "tap": "where features are read",
    "gram_divisor": "Gram matrix divided by",
    "reduction": "sums and means",
    "total_variation": "total variation",
}


def main() -> int:
    """Write every generated text, or tell which are out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing, fail if out of date")
    check = parser.parse_args().check
    stale = {path: text for path, text in generated().items() if read(path) != text}
    for path, text in stale.items():
        if not check:
            path.write_text(text, encoding="utf-8")
        name = path.relative_to(ROOT)
        print(f"{name} is out of date: run tools/make_docs.py" if check else f"wrote {name}")
    return int(check and bool(stale))


def read(path: Path) -> str:
    """Return what a file holds; nothing if it is not there."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def generated() -> dict[Path, str]:
    """Return what each generated file should hold."""
    return {
        ROOT / "docs" / "recipes.md": recipes_page(),
        ROOT / "docs" / "settings.md": settings_page(),
        ROOT / "docs" / "metrics.md": with_metrics(read(ROOT / "docs" / "metrics.md")),
        ROOT / "docs" / "choosing.md": with_results(read(ROOT / "docs" / "choosing.md")),
        ROOT / "docs" / "performance.md": with_speeds(read(ROOT / "docs" / "performance.md")),
        ROOT / "README.md": with_recipes(read(ROOT / "README.md")),
    }


def with_recipes(readme: str) -> str:
    """Return the README with its table of recipes as it should be."""
    rows = ((f"`{recipe.name}`", recipe.summary) for recipe in RECIPES.values())
    return with_table(readme, "recipes", table(("recipe", "what it is"), rows))


def with_metrics(page: str) -> str:
    """Return docs/metrics.md with its three tables as they should be."""
    head = (
        "metric",
        "of the",
        "better",
        "range",
        "ideal",
        "it measures",
        "it is blind to",
        "paper",
    )
    page = with_table(
        page, "metrics", table(head, dict.fromkeys(map(metric_row, METRICS.values())))
    )
    rows = (
        (
            f"`{each.name}`",
            each.summary,
            ", ".join(f"`{name}`" for name in each.networks),
            each.paper,
        )
        for each in SET_METRICS.values()
    )
    page = with_table(page, "sets", table(("metric", "what it is", "networks", "paper"), rows))
    files = ((f"`{name}`", f"`{each.file}`", each.origin) for name, each in NETWORKS.items())
    return with_table(page, "networks", table(("network", "file", "what it is"), files))


def with_results(page: str) -> str:
    """Return docs/choosing.md with what the benchmarks found."""
    page = with_table(page, "quality", table(*median_rows("quality")))
    page = with_table(page, "peer", table(*median_rows("neural-style-pt")))
    head = ("method", "`standard` is ahead", "the other is ahead")
    page = with_table(page, "joint", table(head, joint_rows("neural-style-pt")))
    return with_table(page, "eyes", read(EYES).strip())


def with_speeds(page: str) -> str:
    """Return docs/performance.md with what the benchmarks measured."""
    head = ("measured by", "processor", "threads", "bfloat16, GFLOP/s", "float32, GFLOP/s")
    page = with_table(page, "machines", table((*head, "torch", "commit"), machine_rows()))
    head = ("arithmetic", "size", "evaluation, GFLOP/s", "convolutions alone, GFLOP/s", "share")
    head = (*head, "of the best", "of all turns")
    page = with_table(page, "share", table(head, share_rows()))
    page = with_table(page, "share with AMX", table(head, share_rows(AMX)))
    head = ("size", "megapixels", "computed", "an evaluation", "µs per pixel", "beside 1 megapixel")
    cells = ("memory of the process, MB", "taken / planned")
    page = with_table(page, "cost", table((*head, *cells), cost_rows()))
    page = with_table(page, "memory", table(("arithmetic", "bytes per pixel"), memory_rows()))
    head = ("pair", "loss, painted in bfloat16", "in float32", "more")
    page = with_table(page, "arithmetic", table(head, arithmetic_rows()))
    head = ("pair", "the loop", "`standard`", "in float32", "sooner", "sooner in float32")
    page = with_table(page, "yardstick", table(head, yardstick_rows()))
    page = with_table(page, "yardstick with AMX", table(head, yardstick_rows(AMX)))
    page = with_table(page, "start", table(("command", "seconds"), start_rows()))
    return with_table(page, "judging", table(("picture", "median", "all"), judging_rows()))


def metric_row(metric: Metric) -> tuple[str, ...]:
    """Return what a metric says of itself; the same for all layers."""
    layer = next((layer for layer in STYLE_LAYERS if metric.name.endswith(layer)), "LAYER")
    low, high = metric.bounds
    cells = (
        f"`{metric.name}`{'†' if metric.optimized else ''}",
        {"content": "photo", "style": "painting"}[metric.subject],
        metric.better,
        f"{in_range(low)} to {in_range(high)}",
        in_range(metric.ideal),
        metric.summary,
        metric.blind,
        metric.paper,
    )
    return tuple(cell.replace(layer, "LAYER") for cell in cells)


def in_range(bound: float) -> str:
    """Return a number or an end of a range in words."""
    return f"{bound:.3g}".replace("inf", "∞")


def with_table(page: str, name: str, rows: str) -> str:
    """Return a page with a table as it should be, between the comments that mark its place."""
    begin = BEGIN.format(name)
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}\n\n{rows}\n\n{END}{after}"


def recipes_page() -> str:
    """Return docs/recipes.md: all recipes in a table, then each with its choices."""
    rows = (
        (f"[{recipe.name}](#{recipe.name})", recipe.summary, recipe.method.name, recipe.paper)
        for recipe in RECIPES.values()
    )
    parts = [
        "# Recipes",
        NOTICE,
        "A recipe is a method with all its settings, and the system that they come from. "
        "`impasto recipes` lists them, `impasto recipes show NAME` says everything about one, and "
        "any setting can be changed on the command line. What each setting means: "
        "[settings](settings.md). How our own were chosen: [house recipes](house_recipes.md).",
        "A published recipe names the network that it was published with. Where that is not on "
        "this machine, the shipped VGG-16 stands in, and impasto says so; "
        "[weights](weights.md) tells how to get it.",
        "![One photo and one painting in every recipe](images/recipes.jpg)",
        "Here all of them painted 256 pixels and saw with the shipped VGG-16 "
        "(`tools/make_figures.py`). Several were made for more: on so few pixels what "
        "begins at a quarter of the size, or weighs style most, finds the painting again and "
        "loses the cat.",
        table(("recipe", "what it is", "method", "paper"), rows),
        "## Where every published recipe departs",
        "\n".join(f"- {departure}" for departure in DEPARTURES),
        *(recipe_section(recipe) for recipe in RECIPES.values()),
    ]
    return "\n\n".join(parts) + "\n"


def recipe_section(recipe: Recipe) -> str:
    """Return one recipe: paper, source, the seven knobs, settings, departures."""
    method: Any = recipe.method
    knobs = ((words, getattr(recipe.knobs, name)) for name, words in KNOBS.items())
    settings = [
        f"`{item.name}` {in_words(getattr(method, item.name))}"
        for item in fields(method)
        if getattr(method, item.name) != default_of(item)
    ]
    parts = [
        f"## {recipe.name}",
        f"{capitalized(recipe.summary)}.",
        f"- Paper: {recipe.paper}\n- Source: {recipe.source}\n- Color: {recipe.color}",
        table(("silent choice", "here"), knobs),
        f"Settings that differ from the method's defaults: {', '.join(settings) or 'none'}.",
    ]
    if recipe.departures:
        parts.append("Where we depart:\n\n" + "\n".join(f"- {each}" for each in recipe.departures))
    return "\n\n".join(parts)


def settings_page() -> str:
    """Return docs/settings.md: a table for each method."""
    parts = [
        "# Settings",
        NOTICE,
        "The settings of each method with their defaults. In Python they are arguments of "
        "`stylize`, on the command line flags with dashes: `style_weight=30` and "
        "`--style-weight 30`. A recipe has values of its own: see [recipes](recipes.md).",
    ]
    for name, method in METHODS.items():
        hints = get_type_hints(method)
        rows = (
            (
                f"`{item.name}`",
                item.metadata["help"],
                in_words(default_of(item)),
                allowed(item, hints),
            )
            for item in fields(method)
        )
        parts += [f"## {name}", table(("setting", "what it is", "default", "allowed"), rows)]
    return "\n\n".join(parts) + "\n"


def allowed(item: Field[Any], hints: dict[str, Any]) -> str:
    """Return the choices or the range of a setting, in words."""
    hint = hints[item.name]
    if get_origin(hint) is Literal:
        return ", ".join(map(str, get_args(hint)))
    bounds = (("low", "at least"), ("high", "at most"))
    known = ((words, item.metadata[key]) for key, words in bounds)
    return ", ".join(f"{words} {bound:g}" for words, bound in known if bound is not None)


def capitalized(words: str) -> str:
    """Return a sentence's beginning with a capital letter."""
    return words[:1].upper() + words[1:]


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines
    )


if __name__ == "__main__":
    sys.exit(main())
