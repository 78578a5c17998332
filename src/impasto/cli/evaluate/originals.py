"""The photo and the painting that a picture is judged by: as named, or as it says itself."""

from collections.abc import Mapping
from typing import Any

from impasto.cli.arguments import UsageError
from impasto.cli.run.locate import find_again, is_same
from impasto.images.metadata import read_metadata
from impasto.wording import printable

STANDARD_INPUT = "-"  # which can be read once only

Inputs = Mapping[str, list[tuple[str, str]]]
"""Name and SHA-256 of a picture's inputs, by their part."""


def find_originals(
    picture: str, content: str | None, style: str | None
) -> tuple[str, str, tuple[str, ...]]:
    """Return the files of photo and painting, and sentences for the user.

    What is not named is looked for where the picture says that it was, if it is one of impasto.
    What is named is taken; that it is another file than the picture says is one of the sentences.

    Raises:
        ValueError: the picture can't be read, or one of them is not named and can't be found.
    """
    inputs = _inputs(None if picture == STANDARD_INPUT else read_metadata(picture))
    photo, of_photo = _find(picture, content, "content", inputs)
    painting, of_painting = _find(picture, style, "style", inputs)
    return photo, painting, (*of_photo, *of_painting)


def _find(
    picture: str, named: str | None, role: str, inputs: Inputs
) -> tuple[str, tuple[str, ...]]:
    used, this = inputs[role], printable(picture)
    if named is not None:
        known = used and named != STANDARD_INPUT
        if not known or any(is_same(named, sha256) for _, sha256 in used):
            return named, ()
        names = " and ".join(printable(name) for name, _ in used)
        return named, (
            f"{this} says that its {role} was {names}, and {printable(named)} is another "
            "picture: the numbers compare with that one",
        )
    found = find_again(picture, *used[0]) if len(used) == 1 else None
    if found is not None:
        return found, (f"the {role} is {printable(found)}, as {this} says",)
    raise UsageError(
        f"--{role} is missing, and {_why(this, used)}; expected the photo and the painting that it "
        "was made of: --content PHOTO --style PAINTING"
    )


def _why(this: str, used: list[tuple[str, str]]) -> str:
    """Say why what a picture says of its input didn't help."""
    if not used:
        return f"{this} doesn't say what it was made of"
    if len(used) > 1:
        return f"{this} was made of {len(used)} of these and is judged by one"
    return f"{printable(used[0][0])}, of which {this} was made, is not here any more as it was"


def _inputs(made: Mapping[str, Any] | None) -> Inputs:
    """Return what a picture says of its inputs; nothing where somebody else wrote it."""
    found: dict[str, list[tuple[str, str]]] = {"content": [], "style": []}
    try:
        for each in (made or {}).get("inputs", []):
            if each["role"] in found:
                found[each["role"]].append((str(each["name"]), str(each["sha256"])))
    except (TypeError, KeyError):
        return {"content": [], "style": []}
    return found
