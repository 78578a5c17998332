"""Where a picture may be saved: never in the place of an input, and whole or not at all."""

import os
from collections.abc import Iterable
from pathlib import Path

from impasto.atomic import AnyPath, write_atomically
from impasto.images.picture import ImageError, printable


def check_destination(path: AnyPath, protect: Iterable[AnyPath] = ()) -> None:
    """Refuse a place that can't be written to, before hours of work are spent on its content.

    `protect` are the files of the inputs; `-` among them is standard input.

    Raises:
        ImageError: the folder is missing or read-only, `path` is a folder, or it is an input,
            perhaps by another name (a symbolic or hard link).
    """
    name, place = printable(path), Path(os.path.realpath(path))
    if place.is_dir():
        raise ImageError(f"{name} is a folder; expected a file to save to; add a file name to it")
    if not place.parent.is_dir():
        raise ImageError(
            f"the folder {printable(place.parent)} doesn't exist; expected one to save {name} in; "
            "make it first"
        )
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise ImageError(
            f"the folder {printable(place.parent)} is read-only; expected one to save {name} in; "
            "choose another"
        )
    for used in protect:
        if _same_file(place, used):
            raise ImageError(
                f"{name} is the input {printable(used)}; expected another file, so that nothing "
                "is lost; choose another name"
            )


def replace_file(path: AnyPath, data: bytes) -> None:
    """Put `data` at `path` at once: a reader sees the old file or the new one, never a part.

    Raises:
        ImageError: the disk is full or another error of the system; nothing is left behind.
    """
    try:
        write_atomically(path, data)
    except OSError as error:
        raise ImageError(
            f"{printable(path)} can't be saved ({error.strerror or error}); expected room and the "
            "right to write; choose another place"
        ) from error


def _same_file(place: Path, used: AnyPath) -> bool:
    try:
        return os.fspath(used) != "-" and place.samefile(used)
    except OSError:  # one of them doesn't exist
        return False
