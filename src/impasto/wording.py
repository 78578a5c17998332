"""How sentences say names, numbers and amounts."""

import os
import re
from collections.abc import Sequence

from impasto.errors import ImpastoError

SHOWN = 6
"""Names in a sentence; of more, it says how many."""

COLLECTION = "a folder of pictures, or a tar file of them"
"""What is expected where networks learn from pictures."""


def printable(path: str | os.PathLike[str]) -> str:
    """Return a path as text that every terminal can print, whatever bytes its name has."""
    return os.fsencode(path).decode("utf-8", "replace")


def no_file(name: str, expected: str = "a picture") -> str:
    """Return what is said of a picture, or of something else, that isn't there."""
    return f"there is no file {name}; expected {expected}; check the name"


def count(number: int, noun: str) -> str:
    """Return "1 pixel", "2 pixels"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def some(names: Sequence[str]) -> str:
    """Return names for a sentence: the first ones, and of how many more."""
    shown = ", ".join(names[:SHOWN])
    return f"{shown} and {len(names) - SHOWN} more" if len(names) > SHOWN else shown


def describe_bytes(amount: float) -> str:
    """Return bytes as a person reads them."""
    for limit, unit in ((1e9, "MB"), (1e12, "GB")):
        if amount < limit:
            return f"{1000 * amount / limit:.3g} {unit}"
    return f"{amount / 1e12:,.1f} TB"


UNITS = "KMGT"


def bytes_of(text: str) -> int:
    """Return the bytes that a person writes as "1.5GiB", "800 MB" or "2G"; without a unit, bytes.

    Raises:
        ValueError: it is no such amount.
    """
    found = re.fullmatch(r"\s*(\d+\.?\d*|\.\d+)\s*([KMGT]?)(i?)B?\s*", text, re.IGNORECASE)
    if found is None or (found[3] and not found[2]):
        raise ImpastoError(f"{text!r} is no amount of memory; expected one such as 1.5GiB or 800MB")
    power = 1 + UNITS.index(found[2].upper()) if found[2] else 0
    return int(float(found[1]) * (1024 if found[3] else 1000) ** power)


def describe_seconds(seconds: float) -> str:
    """Return a time as a person says it, in one unit or two."""
    if seconds < 99.5:
        return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.1f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
