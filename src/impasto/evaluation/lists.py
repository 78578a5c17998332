"""Lists that people write: CSV files with a fixed first line."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from impasto.errors import ImpastoError
from impasto.images.picture import printable


def read_list(file: str | Path, header: Sequence[str]) -> list[list[str]]:
    """Return the fields of every line behind the header; empty lines are left out.

    Raises:
        ValueError: the file can't be read, has another first line, or a line with a field too few,
            too many or empty.
    """
    name, first = printable(file), ",".join(header)
    found, *rows = _parse(file, first) or [[]]
    if found != list(header):
        raise ImpastoError(f"{name} begins with {','.join(found)!r}; expected the line {first!r}")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(header) or not all(row):
            raise ImpastoError(
                f"entry {number} of {name} is {','.join(row)!r}; expected {first!r}: "
                f"{len(header)} fields with commas between them"
            )
    return rows


def _parse(file: str | Path, first: str) -> list[list[str]]:
    """Return the fields of all lines that are not empty."""
    try:
        text = Path(file).read_text(encoding="utf-8-sig")  # spreadsheets begin with a mark
        rows = list(csv.reader(io.StringIO(text), strict=True))
    except OSError as error:
        raise ImpastoError(
            f"{printable(file)} can't be read ({error.strerror or error}); expected a CSV file "
            f"with the first line {first!r}"
        ) from error
    except (ValueError, csv.Error) as error:  # bytes that are no text, or quotes without an end
        raise ImpastoError(
            f"{printable(file)} is no CSV file ({error}); expected one with the first line "
            f"{first!r}"
        ) from error
    return [[field.strip() for field in row] for row in rows if any(map(str.strip, row))]
