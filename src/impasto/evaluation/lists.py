"""Lists that people write: CSV files with a fixed first line."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from impasto.errors import ImpastoError
from impasto.wording import printable


def read_list(file: str | Path, header: Sequence[str]) -> dict[int, list[str]]:
    """Return the fields behind the header by the line on which they end, without empty lines.

    Raises:
        ValueError: the file can't be read, has another first line, or a line with a field too few,
            too many or empty.
    """
    name, first = printable(file), ",".join(header)
    lines = _parse(_read(file, first), name, first)
    found = lines.pop(min(lines), []) if lines else []
    if found != list(header):
        hint = ", with commas and no semicolons" if ";" in "".join(found) else ""
        raise ImpastoError(
            f"{name} begins with {','.join(found)!r}; expected the line {first!r}{hint}"
        )
    for line, fields in lines.items():
        if len(fields) != len(header) or not all(fields):
            raise ImpastoError(
                f"line {line} of {name} is {','.join(fields)!r}; expected {first!r}: "
                f"{len(header)} fields with commas between them"
            )
    return lines


def _read(file: str | Path, first: str) -> str:
    name = printable(file)
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise ImpastoError(
            f"{name} can't be read ({error.strerror or error}); expected a CSV file with the first "
            f"line {first!r}"
        ) from error
    try:
        return data.decode("utf-8-sig")  # spreadsheets begin with a mark
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ImpastoError(
            f"line {line} of {name} is no text in UTF-8; expected a CSV file in UTF-8; save it so"
        ) from error


def _parse(text: str, name: str, first: str) -> dict[int, list[str]]:
    """Return the fields of all lines that are not empty, by the number of the line."""
    found: dict[int, list[str]] = {}
    rows = csv.reader(io.StringIO(text, newline=None), strict=True)
    try:
        for row in rows:
            fields = [field.strip() for field in row]
            if any(fields):
                found[rows.line_num] = fields
    except csv.Error as error:  # quotes without an end
        raise ImpastoError(
            f"line {rows.line_num} of {name} is no CSV ({error}); expected fields with commas "
            f"between them, as {first!r}"
        ) from error
    return found
