"""Sets of pictures, each of which is read when it is taken: a hundred of them fill a memory."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from impasto.contracts import Image
from impasto.evaluation.views import with_style
from impasto.images.picture import hash_pixels

Pictures: TypeAlias = Sequence[Image]
"""Any sequence, also one that reads its files when asked."""


class Mapped(Sequence[Any]):
    """As `map` of sequences of one length, but a sequence: `make` is called when one is taken."""

    def __init__(self, make: Callable[..., Any], *sources: Sequence[Any]) -> None:
        self.make, self.sources = make, sources

    def __len__(self) -> int:
        return len(self.sources[0])

    def __getitem__(self, index: int) -> Any:  # type: ignore[override]  # nobody takes slices
        return self.make(*(source[index] for source in self.sources))


def at_size_of(outputs: Pictures, styles: Pictures) -> Mapped:
    """Return each painting with its output's longer side, as metrics of one picture see it."""
    return Mapped(lambda output, style: with_style(output, style)[1], outputs, styles)


def first_of_each(pictures: Pictures) -> list[int]:
    """Return where each different picture stands first."""
    first: dict[str, int] = {}
    for index, picture in enumerate(pictures):
        first.setdefault(hash_pixels(picture, None), index)
    return list(first.values())
