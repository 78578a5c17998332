"""The folder of a suite: pictures, and beside each the record of how it was made and measured.

    pictures/ROW/CONTENT--STYLE.png      cells/pictures/ROW/CONTENT--STYLE.json
    identity/ROW/STYLE.png               cells/identity/ROW/STYLE.json
    the numbers of sets                  cells/sets.json

A record is written when its picture is there, and again when it was measured. Each file appears at
once, so that whoever is killed at any moment leaves nothing that is half true: a record whose
picture is missing or another one is no record.
"""

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from impasto.atomic import write_atomically
from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.images.picture import ImageError
from impasto.images.write import save_image
from impasto.wording import printable

RECORDS, SETS = "cells", "sets.json"

DAMAGE = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
"""What reading a record can raise if somebody else wrote it."""


@dataclass(frozen=True)
class Score:
    """What a metric said: a number or the sentence of a refusal. `key` says of what."""

    key: str
    number: float | None = None
    refusal: str = ""


@dataclass(frozen=True)
class Record:
    """How a picture was made: what was `asked`, what it took, its hash, and its scores so far."""

    asked: Mapping[str, Any]
    sha256: str
    seconds: float | None = None
    memory: int | None = None
    made: Mapping[str, Any] = field(default_factory=dict[str, Any])
    scores: Mapping[str, Score] = field(default_factory=dict[str, Score])

    def answers(self, asked: Mapping[str, Any]) -> bool:
        """Tell whether the picture is what is asked for now; `made` may answer too (threads)."""
        known = {**self.asked, **self.made}
        return all(name in known and known[name] == value for name, value in asked.items())

    @classmethod
    def from_json(cls, stored: Any) -> "Record":
        """Take a stored record.

        Raises:
            ValueError: it isn't one, or another of DAMAGE.
        """
        scores = {name: Score(**score) for name, score in stored.pop("scores").items()}
        record = cls(**stored, scores=scores)
        numbers = [score.number for score in scores.values()] + [record.seconds, record.memory]
        if not all(n is None or (isinstance(n, int | float) and math.isfinite(n)) for n in numbers):
            raise ImpastoError("a number is none")
        words = [record.sha256, *(word for s in scores.values() for word in (s.key, s.refusal))]
        for kind, values in ((dict, [record.asked, record.made]), (str, words)):
            if not all(isinstance(value, kind) for value in values):
                raise TypeError(f"{values!r} are not all {kind.__name__}")
        return record


class Store:
    """A folder that is new, empty, or of an earlier suite.

    It is made if it isn't there; where `make` is false, it is only looked into.

    Raises:
        ValueError: it holds something else, or it can't be made.
    """

    def __init__(self, folder: str | Path, *, make: bool = True) -> None:
        self.folder = Path(folder)
        if make:
            self._make(printable(folder))

    def _make(self, name: str) -> None:
        try:
            self.folder.mkdir(exist_ok=True)
            if any(self.folder.iterdir()) and not (self.folder / RECORDS).is_dir():
                raise ImpastoError(
                    f"{name} holds something else than an evaluation; expected a new folder, or "
                    "one that `impasto evaluate` made; choose another"
                )
            (self.folder / RECORDS).mkdir(exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise ImpastoError(
                f"{name} is no folder, or inside of what is none; expected one; choose another name"
            ) from error
        except OSError as error:
            raise ImpastoError(
                f"the folder {name} can't be used ({error.strerror}); expected one that can be "
                "written to, inside of one that exists"
            ) from error
        if not os.access(self.folder / RECORDS, os.W_OK):
            raise ImpastoError(
                f"the folder {name} is read-only; expected one that can be written to"
            )

    def path(self, picture: str) -> Path:
        """Return where a picture is, or will be; its folder is there."""
        path = self.folder / picture
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def save(self, picture: str, image: Image) -> None:
        """Save a picture.

        Raises:
            OSError: it can't be written.
        """
        try:
            save_image(self.path(picture), image)
        except ImageError as error:
            raise OSError(str(error)) from error

    def read(self, picture: str) -> Record | None:
        """Return the record of a picture; None if there is none, or not of this picture."""
        try:
            record = Record.from_json(json.loads(self._record(picture).read_bytes()))
        except (OSError, *DAMAGE):
            return None
        return record if record.sha256 == self.hash(picture) else None

    def write(self, picture: str, record: Record) -> None:
        """Put a record in the place of the one before.

        Raises:
            OSError: it can't be written.
        """
        path = self._record(picture)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(asdict(record), indent=1).encode())

    def read_sets(self) -> dict[str, float]:
        """Return the numbers of sets by what they depend on; nothing that isn't one."""
        try:
            stored = json.loads((self.folder / RECORDS / SETS).read_bytes())
            return {key: float(number) for key, number in stored.items()}
        except (OSError, *DAMAGE):
            return {}

    def write_sets(self, numbers: Mapping[str, float]) -> None:
        """Put the numbers of sets in the place of those before.

        Raises:
            OSError: they can't be written.
        """
        write_atomically(self.folder / RECORDS / SETS, json.dumps(numbers, indent=1).encode())

    def hash(self, picture: str) -> str:
        """Return the SHA-256 of a picture's file; nothing if it can't be read."""
        try:
            return hashlib.sha256((self.folder / picture).read_bytes()).hexdigest()
        except OSError:
            return ""

    def _record(self, picture: str) -> Path:
        return self.folder / RECORDS / Path(picture).with_suffix(".json")
