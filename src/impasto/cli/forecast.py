"""How long the pictures of a table may take, before the first one is painted."""

import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.progress import track

from impasto.cli.terminal import say
from impasto.estimate import estimate
from impasto.evaluation.pairs import Pair
from impasto.evaluation.rows import RecipeRow
from impasto.evaluation.suite import Place
from impasto.job import prepare
from impasto.wording import count, describe_seconds

LONG = 60
"""Seconds after which nobody likes to begin again."""


def forecast(places: Sequence[Place], size: int, advice: str = "") -> Mapping[str, float]:
    """Say how long the recipes of these places may take, and return the seconds of each for a pair.

    Each recipe is tried out on the first pair that it is due for. `advice` is what to do about a
    long time.
    """
    runs = [(place.row, place.pair) for place in places if isinstance(place.row, RecipeRow)]
    first = {row.name: (row, pair) for row, pair in reversed(runs)}
    if not first:
        return {}
    shown = sys.stderr is not None and sys.stderr.isatty()
    console = Console(stderr=True) if shown else Console(quiet=True)
    waiting = track(first.values(), "how long?", console=console, transient=True, disable=not shown)
    seconds = {row.name: _seconds(row, pair) for row, pair in waiting}
    whole = sum(seconds[row.name] for row, _ in runs)
    say(
        f"{count(len(runs), 'picture')} to paint at {size} pixels: about {describe_seconds(whole)}"
        f"{advice if whole > LONG else ''}"
    )
    return seconds


def _seconds(row: RecipeRow, pair: Pair) -> float:
    try:
        job = prepare(pair.content.path, pair.style.path, recipe=row.recipe, seed=row.seed)
        return estimate(job).seconds
    except ValueError:  # it can't be painted after all, and its cell will say why
        return 0.0
