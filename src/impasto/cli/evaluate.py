"""`impasto evaluate`: how good a picture is in numbers, or a table of many."""

from collections.abc import Sequence

from impasto.cli.arguments import parse, set_threads


def main(arguments: Sequence[str]) -> int:
    """Say in numbers how good a picture is, or fill a table of recipes times pairs."""
    # Only now: metrics bring large libraries that no other command waits for.
    from impasto.cli.evaluate_form import Evaluate
    from impasto.cli.evaluate_picture import evaluate_picture
    from impasto.cli.evaluate_table import evaluate_table

    given = parse(Evaluate, arguments, "impasto evaluate")
    given.check()
    set_threads(given.threads)
    return evaluate_picture(given) if given.pairs is None else evaluate_table(given)
