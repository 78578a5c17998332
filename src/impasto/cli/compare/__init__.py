"""`impasto compare`: one photo and one painting in many recipes, side by side."""

from collections.abc import Sequence

from impasto.cli.arguments import parse, set_threads
from impasto.cli.compare.form import Compare
from impasto.cli.loading import loading
from impasto.cli.names import check_commas
from impasto.recipes import RECIPES


def main(arguments: Sequence[str]) -> int:
    """Paint one photo in all recipes, or some, and lay them side by side."""
    check_commas(arguments, {"--recipes": lambda: RECIPES})
    given = parse(Compare, arguments, "impasto compare")
    given.check()
    with loading():
        set_threads(given.threads)
        from impasto.cli.compare.work import compare_pair
    return compare_pair(given)
