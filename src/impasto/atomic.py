"""A file appears whole or not at all."""

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

AnyPath = str | os.PathLike[str]


def write_atomically(path: AnyPath, data: bytes) -> None:
    """Put `data` at `path` at once: a reader sees the old file or the new one, never a part.

    What was there keeps its permissions, and a symbolic link stays one.

    Raises:
        OSError: the disk is full or another error of the system; nothing is left behind.
    """
    place = Path(os.path.realpath(path))
    part = place.with_name(f".impasto-{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            shutil.copymode(place, part)
        part.replace(place)
    except BaseException:  # also Ctrl-C
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
