"""Find the pictures again that a picture was made of."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from impasto.cli.arguments import UsageError
from impasto.images.picture import printable


def locate_inputs(
    picture: str,
    inputs: Sequence[Mapping[str, str]],
    content: str | None,
    styles: Sequence[str],
) -> tuple[dict[str, list[str]], tuple[str, ...]]:
    """Return the files of each part ("content", "style", ...) that a picture was made of.

    They are looked for where they were, from the current folder and from the picture's, and in
    the picture's folder itself. `content` and `styles` say where they are now, if that is known,
    and may also be others: the second result are sentences that say so.

    Raises:
        UsageError: one is not there, or is another picture than the one that was used.
    """
    named = {"content": [content] if content else [], "style": list(styles)}
    if styles and len(styles) != sum(each["role"] == "style" for each in inputs):
        raise UsageError(
            f"{printable(picture)} was made of other than {len(styles)} paintings; expected all "
            "of them after --styles, in their order"
        )
    found: dict[str, list[str]] = defaultdict(list)
    notes: list[str] = []
    for each in inputs:
        role, name, sha256 = each["role"], each["name"], each["sha256"]
        given = named.get(role, [])
        if given:
            path = given.pop(0)
            if _hash(path) != sha256:
                notes.append(f"{printable(path)} is another picture than the {role} was then")
        else:
            path = _search(picture, role, name, sha256)
        found[role].append(path)
    return found, tuple(notes)


def _search(picture: str, role: str, name: str, sha256: str) -> str:
    folder = Path(picture).parent
    places = [Path(name), folder / name, folder / Path(name).name]
    there = [path for path in places if path.is_file()]
    for path in there:
        if _hash(path) == sha256:
            return str(path)
    advice = {"content": "; say where it is with --content", "style": "; name all with --styles"}
    if there:
        raise UsageError(
            f"{name} is not the picture any more that was the {role} of {printable(picture)}; "
            f"expected the same file{advice.get(role, '')}"
        )
    raise UsageError(
        f"the {role} of {printable(picture)}, {name}, is not here; expected it where it was or "
        f"beside the picture{advice.get(role, '')}"
    )


def _hash(path: str | Path) -> str | None:
    """Return the SHA-256 of a file, None if it can't be read: reading the picture will say why."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
