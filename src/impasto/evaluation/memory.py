"""Whether the runs of a table fit into memory, asked before the first of them begins."""

from collections.abc import Iterable

from impasto.errors import ImpastoError
from impasto.estimate import check_memory
from impasto.evaluation.rows import RecipeRow
from impasto.evaluation.suite import Place
from impasto.job import prepare


def check_places(places: Iterable[Place]) -> None:
    """Refuse places of which a recipe cannot fit.

    What a run needs depends on how large its pictures are and not on what they show: of several
    pairs of the same sizes one is planned.

    Raises:
        ValueError: a recipe needs more memory than is free; the message names the size that would
            fit.
    """
    planned: set[tuple[str, tuple[int, int], tuple[int, int]]] = set()
    for row, pair in ((place.row, place.pair) for place in places):
        key = (row.name, pair.content.size, pair.style.size)
        if not isinstance(row, RecipeRow) or key in planned:
            continue
        planned.add(key)
        job = prepare(pair.content.path, pair.style.path, recipe=row.recipe, seed=row.seed)
        try:
            check_memory(job)
        except ValueError as error:
            raise ImpastoError(f"{row.name}: {error}") from error
