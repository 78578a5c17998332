"""`impasto evaluate`: how good a picture is in numbers, or a table of many."""

from collections.abc import Sequence

from impasto.cli.arguments import parse, set_threads
from impasto.cli.names import check_commas


def main(arguments: Sequence[str]) -> int:
    """Say in numbers how good a picture is, or fill a table of recipes times pairs."""
    # What is imported here brings large libraries: nobody waits for them who doesn't need them.
    from impasto.cli.evaluate_form import Evaluate
    from impasto.evaluation.catalog import METRICS
    from impasto.recipes import RECIPES

    check_commas(arguments, {"--recipes": RECIPES, "--metrics": METRICS})
    given = parse(Evaluate, arguments, "impasto evaluate")
    given.check()
    set_threads(given.threads)
    if given.pairs is None:
        from impasto.cli.evaluate_picture import evaluate_picture

        return evaluate_picture(given)
    from impasto.cli.evaluate_table import evaluate_table

    return evaluate_table(given)
