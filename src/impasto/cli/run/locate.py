"""Find the pictures again that a picture was made of."""

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from impasto.cli.arguments import Moved, UsageError
from impasto.images.picture import ImageError, hash_pixels
from impasto.images.read import read_picture
from impasto.wording import count, printable

FLAGS = {
    "content": "--content",
    "style": "--styles",
    "content mask": "--content-mask",
    "style mask": "--style-masks",
    "init": "--init-image",
}
"""What says where the pictures of each part are now."""


def locate_inputs(
    picture: str, inputs: Sequence[Mapping[str, str]], moved: Moved
) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Return the files of each part ("content", "style", ...) that a picture was made of.

    They are looked for where they were, from the current folder and from the picture's, and in
    the picture's folder itself. `moved` says where they are now, if that is known, and may also
    name others: the second result are sentences that say so.

    Raises:
        UsageError: one is not there, or is another picture than the one that was used.
    """
    named = {role: _named(moved, flag) for role, flag in FLAGS.items()}
    for role, paths in named.items():
        used = sum(each["role"] == role for each in inputs)
        if paths and len(paths) != used:
            raise UsageError(
                f"{FLAGS[role]} got {count(len(paths), 'picture')}, and {printable(picture)} was "
                f"made with {used}; expected as many, in their order"
            )
    found: dict[str, list[str]] = defaultdict(list)
    notes: list[str] = []
    for each in inputs:
        role, name, sha256 = each["role"], each["name"], each["sha256"]
        if named[role]:
            path = named[role].pop(0)
            if not is_same(path, sha256):
                notes.append(f"{printable(path)} is another picture than the {role} was then")
        else:
            path = _search(picture, role, name, sha256)
        found[role].append(path)
    return found, tuple(notes)


def _named(moved: Moved, flag: str) -> list[str]:
    given = getattr(moved, flag.removeprefix("--").replace("-", "_"))
    return [given] if isinstance(given, str) else list(given or ())


def _search(picture: str, role: str, name: str, sha256: str) -> str:
    found = find_again(picture, name, sha256)
    if found is not None:
        return found
    if _candidates(picture, name):
        raise UsageError(
            f"{name} is not the picture any more that was the {role} of {printable(picture)}; "
            f"expected the same file; say where it is with {FLAGS[role]}"
        )
    raise UsageError(
        f"the {role} of {printable(picture)}, {name}, is not a file here; expected it where it was "
        f"or beside the picture; say where it is with {FLAGS[role]}"
    )


def find_again(picture: str, name: str, sha256: str) -> str | None:
    """Return where an input of a picture is, if it still is the same file."""
    there = _candidates(picture, name)
    return next((str(path) for path in there if is_same(path, sha256)), None)


def _candidates(picture: str, name: str) -> list[Path]:
    """Return the files of the input's name: where it was, seen from here and from the picture."""
    folder = Path(picture).parent
    places = [Path(name), folder / name, folder / Path(name).name]
    return [path for path in places if os.path.isfile(path)]


def is_same(path: str | Path, sha256: str) -> bool:
    """Tell whether a picture has this SHA-256: of its file, or of its pixels if it was no file.

    One that can't be read has not: reading it for the run will say why.
    """
    try:
        picture = read_picture(path)
    except ImageError:
        return False
    return sha256 in (picture.sha256, hash_pixels(picture.image, picture.alpha))
