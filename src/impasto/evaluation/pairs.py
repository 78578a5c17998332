"""Which photo is to be painted like which painting: a list that anyone can write.

A pairs file is CSV. Its first line is `content,style`; each other line names a photo and a
painting, relative to the file or absolute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from impasto.errors import ImpastoError
from impasto.evaluation.lists import read_list
from impasto.images.picture import check_side
from impasto.images.read import read_picture
from impasto.images.resize import size_of
from impasto.wording import printable

HEADER = ("content", "style")


@dataclass(frozen=True)
class Original:
    """A photo or a painting: its file, the SHA-256 of that, and its size (h, w).

    Tables know it by its `name`.
    """

    path: str
    sha256: str
    size: tuple[int, int]

    @property
    def name(self) -> str:
        """The file's name without folder and suffix."""
        return printable(Path(self.path).stem)


@dataclass(frozen=True)
class Pair:
    """A photo and the painting that it is to look like."""

    content: Original
    style: Original

    @property
    def name(self) -> str:
        """What pictures of this pair are called: `cat--great_wave`."""
        return f"{self.content.name}--{self.style.name}"


def read_pairs(file: str) -> tuple[Pair, ...]:
    """Read a pairs file, and every picture in it once, so that hours later none is missing.

    Raises:
        ValueError: it isn't a pairs file, a picture in it can't be used, or its names would be
            mistaken for one another.
    """
    name, folder, read = printable(file), Path(file).parent, cache(read_original)
    lines = read_list(file, HEADER)
    if not lines:
        raise ImpastoError(f"{name} names no pair; expected a photo and a painting in every line")
    pairs: list[Pair] = []
    for line, pictures in lines.items():
        place = f"line {line} of {name}"
        if "-" in pictures:
            raise ImpastoError(f"{place} has - for a picture; expected files, which stay there")
        try:
            content, style = (read(str(folder / picture)) for picture in pictures)
        except ImpastoError as error:
            raise ImpastoError(f"{place}: {error}") from error
        pairs.append(Pair(content, style))
        try:
            check_names(pairs)
        except ImpastoError as error:
            raise ImpastoError(f"with {place} there are {error}") from error
    return tuple(pairs)


def read_original(path: str) -> Original:
    """Read a photo or a painting, to know that it is one, and which.

    Raises:
        ImageError: it is missing, can't be read, or is too small.
    """
    picture = read_picture(path)
    check_side(picture.image, picture.name)
    return Original(path, picture.sha256, size_of(picture.image))


def check_names(pairs: Sequence[Pair]) -> None:
    """Refuse pairs that nobody could tell apart in a table.

    On some computers names that differ in capitals only are one name.

    Raises:
        ValueError: two photos or two paintings of one name, one photo or painting of two names, or
            two pairs of one name, such as `a--b` with `c` and `a` with `b--c`.
    """
    for role in HEADER:
        named: dict[str, Original] = {}
        known: dict[str, Original] = {}
        for original in (getattr(pair, role) for pair in pairs):
            one = named.setdefault(original.name.casefold(), original)
            if one.sha256 != original.sha256:
                raise ImpastoError(
                    f"two pictures of the name {original.name} as {role}: {printable(one.path)} "
                    f"and {printable(original.path)}; expected different names; rename one"
                )
            same = known.setdefault(original.sha256, original)
            if same.name != original.name:
                raise ImpastoError(
                    f"two names of one picture as {role}, which would count twice: "
                    f"{printable(same.path)} and {printable(original.path)}; expected one of them; "
                    "leave the other out"
                )
    names = [pair.name.casefold() for pair in pairs]
    twice = next((pair.name for pair in pairs if names.count(pair.name.casefold()) > 1), None)
    if twice is not None:
        raise ImpastoError(
            f"two pairs that would be called {twice}; expected different ones; remove or rename one"
        )
