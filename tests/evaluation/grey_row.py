"""A row of a table that paints in no time."""

from dataclasses import dataclass, field

from impasto.errors import ImpastoError
from impasto.evaluation.rows import Making
from impasto.images.color import luma_601
from impasto.images.read import load_image


def cell_of(table, row, *pair):
    """Return the cell of a row and a pair, if there is one."""
    return next((cell for cell in table.cells if cell.row == row and cell.pair == pair), None)


@dataclass(frozen=True)
class Grey:
    """Its pictures are the photo in grey, and it notes which it made."""

    name: str = "grey"
    wanted: dict = field(default_factory=lambda: {"version": 1})
    made: list = field(default_factory=list)
    notes: tuple = ()
    fails_on: str = ""
    code: str = "abc"

    def asked(self, pair):
        return {**self.wanted, "content": pair.content.sha256, "style": pair.style.sha256}

    def make(self, pair, store, picture):
        self.made.append(pair.name)
        if pair.name == self.fails_on:
            raise ImpastoError("no picture today")
        image = luma_601(load_image(pair.content.path)).expand(1, 3, -1, -1)
        store.save(picture, image)
        return Making(1.5, 1000, {"impasto": "1", "torch": "2", "threads": 1, "code": self.code})
