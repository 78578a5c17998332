"""What a reader has to know of how the pictures of a table came about, in sentences."""

from collections import Counter
from collections.abc import Iterator, Sequence

from impasto.evaluation.pairs import Pair
from impasto.evaluation.table import Cell
from impasto.evaluation.views import LARGEST
from impasto.images.resize import same_proportions
from impasto.wording import count

Filled = Sequence[tuple[Cell, Pair]]


def notes_on(filled: Filled, size: int) -> list[str]:
    """Return sentences about cells and their pairs, in a table of pictures of one size."""
    there = [(cell, pair) for cell, pair in filled if not cell.failure]
    return [
        *_conditions(there),
        *_code(there),
        *_other_sizes(there, size),
        *_other_proportions(there),
        *_measured_smaller(there, size),
    ]


def _conditions(filled: Filled) -> Iterator[str]:
    found = {
        ", ".join(f"{name} {cell.made.get(name)}" for name in ("impasto", "torch", "threads"))
        for cell, _ in filled
        if "threads" in cell.made
    }
    if len(found) > 1:
        conditions = "; ".join(sorted(found))
        yield f"not all pictures were painted alike, compare no times: {conditions}"


def _code(filled: Filled) -> Iterator[str]:
    painters: dict[str, dict[str, None]] = {}
    for cell, _ in filled:
        if "code" in cell.made:
            painters.setdefault(cell.made["code"], {})[cell.row] = None
    if len(painters) > 1:
        yield (
            f"pictures were painted by {len(painters)} versions of the code "
            f"({'; '.join(', '.join(rows) for rows in painters.values())}): a new folder would "
            "make all of them by one"
        )


def _other_sizes(filled: Filled, size: int) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for cell, _ in filled:
        own = _own_size(cell)
        if own is not None and max(own) != size:
            found.setdefault(cell.row, []).append(f"{own[1]} x {own[0]}")
    for row, sizes in found.items():
        yield (
            f"{row} has {count(len(sizes), 'picture')} of another size than {size} (the first is "
            f"{sizes[0]}): scores depend on it"
        )


def _other_proportions(filled: Filled) -> Iterator[str]:
    stretched = Counter(
        cell.row
        for cell, pair in filled
        if (own := _own_size(cell)) and not same_proportions(own, pair.content.size)
    )
    for row, pictures in stretched.items():
        yield (
            f"{row} has {count(pictures, 'picture')} of other proportions than the photo, which "
            "was stretched to be compared with it: metrics of content say little"
        )


def _measured_smaller(filled: Filled, size: int) -> Iterator[str]:
    larger = Counter(cell.row for cell, _ in filled if max(_own_size(cell) or [size]) > LARGEST)
    if larger:
        rows = ", ".join(f"{pictures} of {row}" for row, pictures in larger.items())
        yield f"pictures of more than {LARGEST} pixels were measured at {LARGEST}: {rows}"


def _own_size(cell: Cell) -> tuple[int, int] | None:
    """Return the size (h, w) of another program's picture; what is made here has the table's."""
    if "size" not in cell.made:
        return None
    w, h = cell.made["size"]
    return h, w
