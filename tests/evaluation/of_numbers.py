"""Tables of nothing but numbers, which can be worked out by hand."""

from impasto.evaluation.table import CONTROLS, Cell, Table

NAMES = dict(zip(("content", "style", "color"), CONTROLS, strict=True))


def table(*metrics, paintings=None, **rows):
    """Return a table with the same numbers for each metric; None is a pair without.

    Pair i is the photo p0, p1, ... with its own painting s0, s1, ..., or with that of `paintings`.
    """
    metrics = metrics or ("sliced-wasserstein",)
    cells = [
        Cell(
            NAMES.get(row, row),
            f"p{i}",
            f"s{i}" if paintings is None else paintings[i],
            "",
            {} if value is None else dict.fromkeys(metrics, value),
        )
        for row, values in rows.items()
        for i, value in enumerate(values)
    ]
    return Table(tuple(cells), {})


def joined(*tables):
    """Return one table with the metrics of several that have the same cells otherwise."""
    cells = zip(*(each.cells for each in tables), strict=True)
    return Table(
        tuple(
            Cell(same[0].row, *same[0].pair, "", {k: v for c in same for k, v in c.scores.items()})
            for same in cells
        ),
        {},
    )
