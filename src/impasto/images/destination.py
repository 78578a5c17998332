"""Where a picture may be saved: never in the place of an input, and whole or not at all."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from impasto.atomic import AnyPath, appearing, write_atomically
from impasto.images.picture import ImageError
from impasto.wording import printable

LONGEST_NAME = 255
"""Bytes: what every file system in use allows."""


class NameTakenError(ImageError):
    """There is a file of a name that was to be new."""


def check_destination(path: AnyPath, protect: Iterable[AnyPath] = ()) -> None:
    """Refuse a place that can't be written to, before hours of work are spent on its content.

    `protect` are the files of the inputs; `-` among them is standard input.

    Raises:
        ImageError: the folder is missing or read-only, the name is too long, `path` is a folder, or
            it is an input, perhaps by another name (a symbolic or hard link).
    """
    name, place = printable(path), Path(os.path.realpath(path))
    if os.path.isdir(place):
        raise ImageError(f"{name} is a folder; expected a file to save to; add a file name to it")
    if not os.path.isdir(place.parent):
        raise ImageError(
            f"the folder {printable(place.parent)} doesn't exist; expected one to save {name} in; "
            "make it first"
        )
    if not os.access(place.parent, os.W_OK | os.X_OK):
        raise ImageError(
            f"the folder {printable(place.parent)} is read-only; expected one to save {name} in; "
            "choose another"
        )
    length = len(os.fsencode(place.name))
    if length > LONGEST_NAME:
        raise ImageError(
            f"the name {name} has {length} bytes; expected at most {LONGEST_NAME}; choose a "
            "shorter one"
        )
    for used in protect:
        if _same_file(place, used):
            raise ImageError(
                f"{name} is the input {printable(used)}; expected another file, so that nothing "
                "is lost; choose another name"
            )


def replace_file(path: AnyPath, data: bytes, *, replace: bool = True) -> None:
    """Put `data` at `path` at once: a reader sees the old file or the new one, never a part.

    Raises:
        NameTakenError: there is a file, and `replace` is false.
        ImageError: the disk is full or another error of the system; nothing is left behind.
    """
    with _sentences(path):
        write_atomically(path, data, replace=replace)


@contextmanager
def replacing(path: AnyPath) -> Iterator[BinaryIO]:
    """Give a file to write to, whose content is at `path`, at once, when the block ends.

    Raises:
        ImageError: the disk is full or another error of the system; nothing is left behind.
    """
    with _sentences(path), appearing(path) as file:
        yield file


@contextmanager
def _sentences(path: AnyPath) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise NameTakenError(
            f"there is a file {printable(path)}; expected a new name; choose another"
        ) from error
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
