"""A file appears whole or not at all."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # Windows, where nobody can remove a file that is open
    fcntl = None

AnyPath = str | os.PathLike[str]

LONGEST_STEM = 200
"""Bytes of a name that are repeated in that of its unfinished file; file systems allow 255."""


def write_atomically(path: AnyPath, data: bytes, *, replace: bool = True) -> None:
    """Put `data` at `path` at once: a reader sees the old file or the new one, never a part.

    Raises:
        FileExistsError: there is a file, and `replace` is false.
        OSError: the disk is full or another error of the system; nothing is left behind.
    """
    with appearing(path, replace=replace) as file:
        file.write(data)


@contextmanager
def appearing(path: AnyPath, *, replace: bool = True) -> Iterator[BinaryIO]:
    """Give a file to write to, whose content is at `path`, at once, when the block ends.

    What was there keeps its permissions, and a symbolic link stays one. What earlier writers of the
    same file left because they were killed is removed.

    Raises:
        FileExistsError: there is a file, and `replace` is false.
        OSError: an error of the system; nothing is left behind.
    """
    place = Path(os.path.realpath(path))
    clear_unfinished(place)
    part = place.with_name(f"{_beginning(place)}{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            _lock(file)
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace and place.exists():
            shutil.copymode(place, part)
        _rename(part, place, replace=replace)
    except BaseException:  # also Ctrl-C
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def clear_unfinished(path: AnyPath) -> None:
    """Remove what writers of `path` left that were killed; leave alone what is being written."""
    place = Path(os.path.realpath(path))
    with suppress(OSError):  # a folder that can't be listed
        for part in place.parent.iterdir():
            if part.name.startswith(_beginning(place)) and part.suffix == ".part":
                _remove_unless_locked(part)


def _beginning(place: Path) -> str:
    name = place.name
    while len(os.fsencode(name)) > LONGEST_STEM:
        name = name[:-1]
    return f".{name}.impasto-"


def _lock(file: BinaryIO) -> None:
    """Hold a file as long as it is open. The system lets go of it when a process is killed."""
    if fcntl is not None:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove_unless_locked(part: Path) -> None:
    with suppress(OSError):
        if fcntl is not None:
            with part.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                part.unlink()
        else:
            part.unlink()


def _rename(part: Path, place: Path, *, replace: bool) -> None:
    if replace:
        part.replace(place)
        return
    try:
        os.link(part, place)  # unlike a rename, it fails where something is
    except FileExistsError:
        raise
    except OSError:  # a file system without links: look, then rename
        if place.exists():
            raise FileExistsError(17, "File exists", str(place)) from None
        part.replace(place)
    else:
        part.unlink()
