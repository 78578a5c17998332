"""What can stand in a row of a table: a control or a recipe; see `given` for other programs.

All rows have one signature: what they would make of a pair, in words that can be compared with
those of an earlier time, and the making of it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Protocol, runtime_checkable

import torch

from impasto.declare import Recipe
from impasto.evaluation.controls import CONTROL_PICTURES
from impasto.evaluation.fingerprint import code_fingerprint
from impasto.evaluation.pairs import Pair
from impasto.evaluation.store import Store
from impasto.evaluation.views import with_longer_side
from impasto.images.read import load_image
from impasto.isolated import Order, run_isolated
from impasto.job import configure, network_digest

MAKER = "impasto.evaluation.controls"
"""The module whose code decides what a control looks like."""

PAINTERS = ("impasto.run", "impasto.registry")
"""The modules whose code decides what a recipe paints; the second imports all methods."""


@dataclass(frozen=True)
class Making:
    """What the making of a picture took, and by what it was `made`: see `Cell`."""

    seconds: float | None = None
    memory: int | None = None
    made: Mapping[str, Any] = field(default_factory=dict[str, Any])


@runtime_checkable
class Row(Protocol):
    """A way to get a picture for a pair."""

    @property
    def name(self) -> str:
        """What the table calls it."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences for the reader of the table."""
        ...

    def asked(self, pair: Pair) -> dict[str, Any] | None:
        """Return, as JSON has it, all that decides the picture; None if there will be none."""
        ...

    def make(self, pair: Pair, store: Store, picture: str) -> Making:
        """Put the picture into the store.

        Raises:
            ValueError: there can be no such picture.
            OSError: it can't be written.
        """
        ...


@dataclass(frozen=True)
class ControlRow:
    """A picture that nobody worked for, its longer side `size` pixels."""

    name: str
    size: int
    notes: tuple[str, ...] = ()

    def asked(self, pair: Pair) -> dict[str, Any]:
        """Return pair, size and the code that makes it."""
        return {**_inputs(pair), "size": self.size, "code": code_fingerprint(MAKER)}

    def make(self, pair: Pair, store: Store, picture: str) -> Making:
        """Make it here: it takes no time that anyone would compare."""
        photo, painting = (
            with_longer_side(load_image(original.path), self.size)
            for original in (pair.content, pair.style)
        )
        store.save(picture, CONTROL_PICTURES[self.name](photo, painting))
        return Making()


@dataclass(frozen=True)
class RecipeRow:
    """A recipe with all its settings, run in a process of its own."""

    recipe: Recipe
    seed: int
    threads: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The recipe's name."""
        return self.recipe.name

    def describe(self) -> dict[str, Any]:
        """Return method, settings, digest of the network and color, as JSON has them: no tuples."""
        described = {
            "method": self.recipe.method.name,
            "settings": asdict(self.recipe.method),  # type: ignore[call-overload]
            "weights": network_digest(self.recipe),
            "color": self.recipe.color,
        }
        return json.loads(json.dumps(described))

    def asked(self, pair: Pair) -> dict[str, Any]:
        """Return recipe, size, seed and pair, and the threads if a number of them was named."""
        named = {} if self.threads is None else {"threads": self.threads}
        described = self.describe()
        settings = described["settings"]
        size = {"size": settings["size"]} if "size" in settings else {}
        return {**_inputs(pair), **described, **size, "seed": self.seed, **named}

    def make(self, pair: Pair, store: Store, picture: str) -> Making:
        """Run it."""
        content, style, place = pair.content.path, pair.style.path, str(store.path(picture))
        threads = self.threads or torch.get_num_threads()
        done = run_isolated(Order(self.recipe, content, style, self.seed, threads, place))
        made = {
            **done.metadata["versions"],
            "threads": done.metadata["machine"]["threads"],
            "code": " ".join(map(code_fingerprint, PAINTERS)),
        }
        return Making(done.seconds, done.memory, made)


def recipe_row(recipe: Recipe, *, size: int, seed: int, threads: int | None) -> RecipeRow:
    """Return a recipe's row, with pictures of a size where the recipe has that setting.

    Raises:
        ValueError: the recipe can't make pictures of this size, or its network isn't here.
    """
    known = {item.name for item in fields(recipe.method)}  # type: ignore[arg-type]
    configured, notes = configure(recipe, {"size": size} if "size" in known else {})
    return RecipeRow(configured, seed, threads, notes)


def _inputs(pair: Pair) -> dict[str, Any]:
    return {"content": pair.content.sha256, "style": pair.style.sha256}
