"""The pictures that a network learns from: folders of them, or tar files full of them.

Which crops a step sees is decided by the seed and the number of the step alone. So a training that
goes on after an interruption sees what it would have seen, and nothing has to be stored for it.
"""

import csv
import hashlib
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.images.picture import ImageError
from impasto.images.read import load_image
from impasto.images.resize import resize, size_of
from impasto.wording import COLLECTION, no_file, printable

SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".avif", ".heic", ".bmp", ".ppm", ".jp2"}
)
"""What the names of pictures end in; other files of a folder are none."""

HELD_OUT = 10
"""One picture of so many is never learned from, so that there is something to judge with."""

WEIGHTS = "weights.csv"
"""A file in a folder of pictures. Each row has the name of a picture, as seen from the folder, and
how often it is drawn beside others, which have 1."""

Crops = Float[Tensor, "n 3 side side"]


@dataclass(frozen=True)
class Source:
    """Where the bytes of one picture are: a file, or a part of a tar file."""

    path: Path
    name: str
    start: int = 0
    length: int = -1
    weight: float = 1.0

    def read(self) -> bytes:
        """Return the bytes."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            return file.read(self.length)


@dataclass
class Pictures:
    """Pictures to draw crops from. Those that can't be used are skipped, and named in `bad`."""

    sources: Sequence[Source]
    bad: dict[str, str] = field(default_factory=dict[str, str])

    def crops(self, count: int, side: int, rng: torch.Generator) -> Crops:
        """Return square crops of any part, mirrored or not.

        They are `side` pixels large, or larger and made smaller.

        Raises:
            ImpastoError: none of the pictures can be used.
        """
        return torch.cat([_crop(self._draw(side, rng), side, rng) for _ in range(count)])

    def middles(self, count: int, side: int) -> Crops:
        """Return the largest square in the middle of each of so many pictures, the same each time.

        Raises:
            ImpastoError: none of the pictures can be used.
        """
        usable = (image for each in self.sources if (image := self._read(each, side)) is not None)
        found = [_middle(image, side) for _, image in zip(range(count), usable, strict=False)]
        if not found:
            raise self._nothing()
        return torch.cat(found)

    def _draw(self, side: int, rng: torch.Generator) -> Image:
        """Return one of the pictures, drawn by weight; if it can't be used, another one."""
        weights = torch.tensor([each.weight for each in self.sources], dtype=torch.float64)
        while len(self.bad) < len(self.sources):
            number = int(torch.multinomial(weights, 1, generator=rng))
            if (image := self._read(self.sources[number], side)) is not None:
                return image
        raise self._nothing()

    def _read(self, source: Source, side: int) -> Image | None:
        try:
            image = load_image(source.read())
        except (ImageError, OSError) as error:
            self.bad[source.name] = str(error)
            return None
        h, w = size_of(image)
        if min(h, w) < side:  # enlarged, it would teach blur
            self.bad[source.name] = f"is {w} x {h} pixels; expected {side} x {side} at least"
            return None
        return image

    def _nothing(self) -> ImpastoError:
        name, reason = next(iter(self.bad.items()))
        return ImpastoError(
            f"none of {len(self.sources)} pictures can be learned from; {name}: {reason}"
        )


class Collections(NamedTuple):
    """Pictures to learn from, and those that are held out."""

    learned: Pictures
    held_out: Pictures


def side_by_side(rows: Iterable[Crops]) -> Image:
    """Return rows of crops as one picture."""
    return torch.cat([torch.cat(list(row), -1) for row in rows], -2)[None]


def find_pictures(places: Iterable[Path]) -> Collections:
    """Return the pictures in folders and tar files: those to learn from, and those held out.

    Which are held out depends on their names alone, so that no picture changes sides when others
    are added.

    Raises:
        ImpastoError: a place isn't there, or has no pictures; or there are too few.
    """
    sources = [each for place in places for each in _sources(place)]
    held_out = [each for each in sources if _number(each.name) % HELD_OUT == 0]
    learned = [each for each in sources if _number(each.name) % HELD_OUT]
    if not held_out:
        learned, held_out = learned[1:], learned[:1]
    if not learned:
        raise ImpastoError(
            f"there is {len(sources)} picture; expected at least 2, of which one is held out"
        )
    return Collections(Pictures(learned), Pictures(held_out))


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def _sources(place: Path) -> list[Source]:
    if place.is_dir():
        files = sorted(path for path in place.rglob("*") if path.is_file())
        found = [
            source for path in files for source in _in_file(path, str(path.relative_to(place)))
        ]
        found = _weighted(found, place / WEIGHTS)
    elif place.is_file():
        found = list(_in_file(place, place.name))
    else:
        raise ImpastoError(no_file(printable(place), COLLECTION))
    if not found:
        raise ImpastoError(
            f"{printable(place)} has no pictures; expected a folder of them, or a tar file"
        )
    return found


def _in_file(path: Path, name: str) -> Iterator[Source]:
    if path.suffix == ".tar":
        try:
            with tarfile.open(path, "r:") as archive:
                for member in archive:
                    if member.isfile() and Path(member.name).suffix.lower() in SUFFIXES:
                        own = f"{name}/{member.name}"
                        yield Source(path, own, member.offset_data, member.size)
        except tarfile.TarError as error:
            raise ImpastoError(
                f"{printable(path)} is no tar file that can be read ({error}); expected one that "
                "isn't compressed"
            ) from error
    elif path.suffix.lower() in SUFFIXES:
        yield Source(path, name)


def _weighted(sources: list[Source], path: Path) -> list[Source]:
    """Return the sources with the weights that a file gives them."""
    if not path.is_file():
        return sources
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    try:
        weights = {name: float(weight) for name, weight in rows}
    except ValueError:
        raise ImpastoError(
            f"{printable(path)} has a row that isn't a name and a number; expected rows such as "
            "monet/haystacks.jpg,3"
        ) from None
    return [
        Source(each.path, each.name, each.start, each.length, weights.get(each.name, 1.0))
        for each in sources
    ]


def _crop(image: Image, side: int, rng: torch.Generator) -> Crops:
    h, w = size_of(image)
    share, down, across, mirror = torch.rand(4, generator=rng, dtype=torch.float64).tolist()
    edge = round(side * (min(h, w) / side) ** share)  # as many large as small, in octaves
    top, left = int(down * (h - edge + 1)), int(across * (w - edge + 1))
    part = image[..., top : top + edge, left : left + edge]
    return resize(part.flip(-1) if mirror < 0.5 else part, (side, side))


def _middle(image: Image, side: int) -> Crops:
    h, w = size_of(image)
    edge = min(h, w)
    top, left = (h - edge) // 2, (w - edge) // 2
    return resize(image[..., top : top + edge, left : left + edge], (side, side))
