"""Contact sheets: pictures side by side, with words under each."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import PIL.Image
from PIL import ImageDraw, ImageFont

from impasto.contracts import Image
from impasto.images.picture import ImageError
from impasto.images.read import picture_from_pillow
from impasto.images.resize import resize, size_of
from impasto.images.write import to_pillow

PAPER, INK, PALE_INK = "#ffffff", "#222222", "#5c5c5c"
"""Both inks have a contrast of more than 4.5 on the paper, which WCAG 2.2 asks of small text."""

GAP, SIGNED_GAP = 14, 44  # pixels between pictures, and where a sign stands between them
NAME_SIZE, NOTE_SIZE, SIGN_SIZE = 17, 14, 36  # pixels, as all here
LEADING = 1.35  # the height of a line of text, in sizes of its letters

FLATNESS = 1.5
"""How many columns a sheet has for each row: about the shape of a screen."""


@dataclass(frozen=True)
class Tile:
    """A picture, its name, and notes in smaller letters, as many to a line as fit into it."""

    image: Image
    name: str = ""
    notes: tuple[str, ...] = ()


def in_rows(tiles: Sequence[Tile]) -> list[Sequence[Tile]]:
    """Lay tiles out in rows of about the same length, on a sheet of about a screen's shape."""
    rows = max(1, round((len(tiles) / FLATNESS) ** 0.5))
    columns = -(-len(tiles) // rows)
    return [tiles[start : start + columns] for start in range(0, len(tiles), columns)]


def sheet(rows: Sequence[Sequence[Tile]], box: tuple[int, int], signs: Sequence[str] = ()) -> Image:
    """Put pictures side by side, each as large as fits into `box` (h, w), with its words below.

    A row is as high as its highest picture and its longest text. Pictures stand right above their
    words, and without any in the middle of the row. `signs` stand between columns.

    Raises:
        ImageError: there are no pictures, or one of them isn't one.
    """
    if not any(rows):
        raise ImageError("a sheet of no pictures was asked for; expected at least one")
    pictures = [[_contained(tile.image, box) for tile in row] for row in rows]
    texts = [[_lines(tile, box[1]) for tile in row] for row in rows]
    heights = [max(picture.height for picture in row) for row in pictures]
    depths = [max(sum(_height(line) for line in lines) for lines in row) for row in texts]
    gap = SIGNED_GAP if signs else GAP
    step = box[1] + gap
    width = max(map(len, rows)) * step - gap + 2 * GAP
    height = sum(heights) + sum(depths) + (len(rows) + 1) * GAP
    page = PIL.Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(page)
    top = GAP
    for row, words, high, deep in zip(pictures, texts, heights, depths, strict=True):
        for number, (picture, lines) in enumerate(zip(row, words, strict=True)):
            middle = GAP + number * step + box[1] // 2
            room = high - picture.height
            page.paste(picture, (middle - picture.width // 2, top + (room if deep else room // 2)))
            _write(draw, (middle, top + high), lines)
            if number < min(len(signs), len(row) - 1):
                sign = _Line(signs[number], SIGN_SIZE, INK)
                _write(draw, (middle + step // 2, top + (high - _height(sign)) // 2), [sign])
        top += high + deep + GAP
    return picture_from_pillow(page, "the sheet").image


@dataclass(frozen=True)
class _Line:
    text: str
    size: int
    ink: str


def _contained(image: Image, box: tuple[int, int]) -> PIL.Image.Image:
    """Return a picture as large as fits into a box (h, w)."""
    h, w = size_of(image)
    scale = min(box[0] / h, box[1] / w)
    return to_pillow(resize(image, (max(1, round(h * scale)), max(1, round(w * scale)))))


def _lines(tile: Tile, width: int) -> list[_Line]:
    name = _broken(_drawable(tile.name).split(), " ", NAME_SIZE, width)
    notes = _broken([_drawable(note) for note in tile.notes], " · ", NOTE_SIZE, width)
    return [_Line(text, NAME_SIZE, INK) for text in name] + [
        _Line(text, NOTE_SIZE, PALE_INK) for text in notes
    ]


def _broken(parts: Sequence[str], joint: str, size: int, width: int) -> list[str]:
    """Join parts to lines; one that is longer than a line is cut short."""
    lines: list[str] = []
    for part in parts:
        if lines and _length(f"{lines[-1]}{joint}{part}", size) <= width:
            lines[-1] += joint + part
        else:
            lines.append(_shortened(part, size, width))
    return lines


def _shortened(word: str, size: int, width: int) -> str:
    if _length(word, size) <= width:
        return word
    while word and _length(f"{word}…", size) > width:
        word = word[:-1]
    return f"{word}…"


def _drawable(text: str) -> str:
    """Return text in the letters that the font has: ASCII. Accents are left out, others are `?`."""
    letters = unicodedata.normalize("NFKD", text)
    plain = (letter for letter in letters if not unicodedata.combining(letter))
    return "".join(letter if " " <= letter <= "~" else "?" for letter in plain)


def _length(text: str, size: int) -> float:
    return _font(size).getlength(text)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)  # Aileron, which comes with Pillow


def _height(line: _Line) -> int:
    return round(LEADING * line.size)


def _write(draw: ImageDraw.ImageDraw, place: tuple[int, int], lines: Sequence[_Line]) -> None:
    """Write lines below each other, each around the same middle; `place` is that and the top."""
    middle, top = place
    for line in lines:
        center = (middle, top + _height(line) // 2)
        draw.text(center, line.text, line.ink, _font(line.size), anchor="mm")
        top += _height(line)
