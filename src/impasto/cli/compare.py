"""`impasto compare`: one photo and one painting in many recipes, side by side."""

from collections.abc import Sequence

from impasto.cli.arguments import parse, set_threads
from impasto.cli.names import check_commas


def main(arguments: Sequence[str]) -> int:
    """Paint one photo in all recipes, or some, and lay them side by side."""
    # Only now: metrics bring large libraries that no other command waits for.
    from impasto.cli.compare_form import Compare
    from impasto.cli.compare_pair import compare_pair
    from impasto.recipes import RECIPES

    check_commas(arguments, {"--recipes": RECIPES})
    given = parse(Compare, arguments, "impasto compare")
    given.check()
    set_threads(given.threads)
    return compare_pair(given)
