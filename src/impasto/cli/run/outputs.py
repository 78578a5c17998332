"""Names for pictures that have none yet, and the pictures of a folder."""

import os
from collections.abc import Sequence
from pathlib import Path

from impasto.cli.arguments import UsageError
from impasto.images.write import FORMATS
from impasto.wording import printable

PICTURE_SUFFIXES = {*FORMATS, ".gif", ".bmp", ".ppm", ".pgm", ".jp2", ".qoi"}
"""What counts as a picture in a folder; others are left alone there."""

LONGEST_STEM = 200
"""Bytes of a name that is made up, before "-2.png"; file systems allow 255."""


def new_output(content: str, styles: Sequence[str], folder: str = "") -> str:
    """Return a name like "cat-great_wave.png" in a folder that no file has yet."""
    return unused(str(Path(folder, _joined(content, styles) + ".png")))


def new_folder(content: str, styles: Sequence[str]) -> str:
    """Return a name like "photos-great_wave" in the current folder that nothing has yet."""
    return unused(_joined(content, styles))


def new_sheet(content: str, style: str) -> str:
    """Return a name like "cat-great_wave-compared.png" that is free, as is that of its page."""
    return unused(f"{_joined(content, [style])}-compared.png", ".html")


def beside(path: str, ending: str) -> str:
    """Return a name like "cat-again.png" beside a picture that no file has yet."""
    place = Path(path)
    return unused(str(place.with_name(f"{_short(place.stem)}-{ending}{place.suffix}")))


def pictures_in(folder: str) -> list[str]:
    """Return the pictures of a folder, by name; not those of folders in it, nor hidden ones.

    Raises:
        UsageError: there are none, or it can't be read.
    """
    try:
        found = sorted(
            str(path)
            for path in Path(folder).iterdir()
            if path.suffix.lower() in PICTURE_SUFFIXES
            and not path.name.startswith(".")
            and path.is_file()
        )
    except OSError as error:
        raise UsageError(f"{printable(folder)} can't be read ({error.strerror})") from error
    if not found:
        raise UsageError(f"the folder {printable(folder)} has no pictures; expected at least one")
    return found


def folders_in(folder: str) -> list[str]:
    """Return the folders in a folder, without hidden ones."""
    return sorted(
        str(path)
        for path in Path(folder).iterdir()
        if path.is_dir() and not path.name.startswith(".")
    )


def outputs_in(folder: str, contents: Sequence[str], form: str) -> list[str]:
    """Return a name in `folder` for each content: cat.jpg and cat.webp get different ones.

    `form` is the suffix of all of them, without its dot.
    """
    names: list[str] = []
    for content in contents:
        stem, number = Path(content).stem, 1
        while (name := f"{stem}-{number}.{form}" if number > 1 else f"{stem}.{form}") in names:
            number += 1
        names.append(name)
    return [str(Path(folder, name)) for name in names]


def _joined(content: str, styles: Sequence[str]) -> str:
    stems = [
        "picture" if path == "-" else Path(path).absolute().stem for path in (content, *styles)
    ]
    return _short("-".join(stems))


def _short(stem: str) -> str:
    while len(os.fsencode(stem)) > LONGEST_STEM:
        stem = stem[:-1]
    return stem


def unused(path: str, *suffixes: str) -> str:
    """Return a path like this one, "cat-2.png" for "cat.png", that nothing has yet.

    Nor has anything the same name with one of the other `suffixes`.
    """
    place, number = Path(path), 2
    free = place
    while any(os.path.lexists(free.with_suffix(each)) for each in (place.suffix, *suffixes)):
        free = place.with_name(f"{place.stem}-{number}{place.suffix}")
        number += 1
    return str(free)
