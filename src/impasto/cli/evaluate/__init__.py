"""`impasto evaluate`: how good a picture is in numbers, or a table of many."""

from collections.abc import Collection, Sequence

from impasto.cli.arguments import parse, set_threads
from impasto.cli.evaluate.form import Evaluate, with_metrics
from impasto.cli.loading import loading
from impasto.cli.names import check_commas
from impasto.recipes import RECIPES


def main(arguments: Sequence[str]) -> int:
    """Say in numbers how good a picture is, or fill a table of recipes times pairs."""
    check_commas(arguments, {"--recipes": lambda: RECIPES, "--metrics": _metrics})
    asks_for_help = bool({"-h", "--help"} & set(arguments))
    form = with_metrics(_metrics()) if asks_for_help else Evaluate
    given = parse(form, arguments, "impasto evaluate")
    given.check()
    with loading():
        set_threads(given.threads)
        if given.pairs is None:
            from impasto.cli.evaluate.picture import evaluate_picture as evaluate
        else:
            from impasto.cli.evaluate.table import evaluate_table as evaluate
    return evaluate(given)


def _metrics() -> Collection[str]:
    """Return the names of the metrics, which come with all that measures."""
    with loading():
        from impasto.evaluation.catalog import METRICS
    return METRICS
