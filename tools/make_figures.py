"""Make the pictures in `docs/images` out of those in `examples`.

    python tools/make_figures.py WORK_FOLDER [hero] [recipes] [house] [--size 512]

Every result is kept in WORK_FOLDER with its recipe inside, so that the next call only makes those
that are missing or whose recipe has changed since. The figure of all recipes takes hours.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from impasto import RECIPES, stylize
from impasto.images import read_metadata

ROOT = Path(__file__).parents[1]
EXAMPLES, FIGURES = ROOT / "examples", ROOT / "docs" / "images"
QUALITY = 88
PAPER, INK = "#ffffff", "#333333"
GAP, SIGNED_GAP, LABEL = 12, 44, 26  # pixels

HERO = (("cat", "great_wave"), ("pavilion", "starry_night"), ("coffee", "composition_viii"))
SHEET = ("cat", "great_wave")
HOUSE = ("draft", "standard", "best")
HOUSE_PAIRS = (
    ("astronaut", "maeda_primavesi"),
    ("cat", "great_wave"),
    ("pavilion", "starry_night"),
    ("mountains", "wheat_field"),
    ("skyline", "composition_viii"),
    ("dandelion", "village_street"),
)

Cell = tuple[Image.Image, str]
"""A picture and what is written under it."""


def main() -> None:
    """Make the figures that were asked for; by default all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("work_folder", type=Path, help="where results are kept")
    parser.add_argument("figures", nargs="*", help=f"some of {', '.join(MAKERS)}; default: all")
    parser.add_argument("--size", type=int, default=512, help="longer side of results, pixels")
    arguments = parser.parse_args()
    unknown = set(arguments.figures) - set(MAKERS)
    if unknown:
        parser.error(f"{unknown.pop()} is not a figure; expected some of {', '.join(MAKERS)}")
    studio = Studio(arguments.work_folder, arguments.size)
    FIGURES.mkdir(parents=True, exist_ok=True)
    for name in arguments.figures or MAKERS:
        path = FIGURES / f"{name}.jpg"
        MAKERS[name](studio).save(path, quality=QUALITY, optimize=True)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


class Studio:
    """Makes results of one size, each only once."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        folder.mkdir(parents=True, exist_ok=True)

    def paint(self, photo: str, painting: str, recipe: str) -> Image.Image:
        """Return a result, made now or in an earlier call."""
        path = self.folder / f"{photo}-{painting}-{recipe}-{self.size}.png"
        if not self._is_current(path, recipe):
            print(f"{path.name} ...", flush=True)
            result = stylize(
                EXAMPLES / f"{photo}.jpg",
                EXAMPLES / f"{painting}.jpg",
                recipe=recipe,
                size=self.size,
            )
            for note in result.notes:
                print(f"  {note}")
            result.save(path)
        return load(path)

    def _is_current(self, path: Path, recipe: str) -> bool:
        if not path.is_file():
            return False
        stored = read_metadata(path) or {}
        method: Any = RECIPES[recipe].method
        wanted = json.loads(json.dumps(asdict(method)))
        wanted |= {"size": self.size, "size_of": "longer"}
        # A setting that is newer than the picture had its default then. The encoder may be a
        # stand-in for one that is not on this machine.
        then = json.loads(json.dumps(asdict(type(method)())))
        then |= stored.get("settings", {}) | {"encoder": wanted["encoder"]}
        return then == wanted and stored.get("color") == RECIPES[recipe].color


def hero(studio: Studio) -> Image.Image:
    """Three times photo + painting = picture, with the recipe that is the default."""
    rows = [
        [
            (example(photo), ""),
            (example(painting), ""),
            (studio.paint(photo, painting, "standard"), ""),
        ]
        for photo, painting in HERO
    ]
    return sheet(rows, box=(380, 260), signs=("+", "="))


def recipes(studio: Studio) -> Image.Image:
    """One photo and one painting in every recipe."""
    photo, painting = SHEET
    cells = [(example(photo), "the photo"), (example(painting), "the painting")]
    cells += [(studio.paint(photo, painting, name), name) for name in RECIPES]
    return sheet([cells[start : start + 4] for start in range(0, len(cells), 4)], box=(380, 256))


def house(studio: Studio) -> Image.Image:
    """Our own recipes on six pairs."""
    rows = [
        [
            (example(photo), photo.replace("_", " ")),
            (example(painting), painting.replace("_", " ")),
            *((studio.paint(photo, painting, name), name) for name in HOUSE),
        ]
        for photo, painting in HOUSE_PAIRS
    ]
    return sheet(rows, box=(320, 320))


MAKERS = {"hero": hero, "recipes": recipes, "house": house}


def example(name: str) -> Image.Image:
    """Return one of the pictures in `examples`."""
    return load(EXAMPLES / f"{name}.jpg")


def load(path: Path) -> Image.Image:
    """Return a picture in RGB."""
    with Image.open(path) as picture:
        return picture.convert("RGB")


def sheet(
    rows: Sequence[Sequence[Cell]], box: tuple[int, int], signs: Sequence[str] = ()
) -> Image.Image:
    """Put pictures side by side, each within `box` (width, height), with their labels below.

    A row is as high as its highest picture. `signs` stand between the columns.
    """
    fitted = [[(contained(picture, box), text) for picture, text in row] for row in rows]
    heights = [max(picture.height for picture, _ in row) for row in fitted]
    gap = SIGNED_GAP if signs else GAP
    label = LABEL if any(text for row in rows for _, text in row) else 0
    column = box[0] + gap
    size = (max(map(len, rows)) * column - gap, sum(heights) + len(rows) * (label + GAP) - GAP)
    page = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(page)
    top = 0
    for row, height in zip(fitted, heights, strict=True):
        for number, (picture, text) in enumerate(row):
            middle_x, middle_y = number * column + box[0] // 2, top + height // 2
            page.paste(picture, (middle_x - picture.width // 2, middle_y - picture.height // 2))
            write(draw, (middle_x, top + height + label // 2), text, 16)
            if number < len(signs):
                write(draw, (middle_x + column // 2, middle_y), signs[number], 36)
        top += height + label + GAP
    return page


def contained(picture: Image.Image, box: tuple[int, int]) -> Image.Image:
    """Return the picture as large as fits into a box."""
    scale = min(box[0] / picture.width, box[1] / picture.height)
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture.resize(size, Image.Resampling.LANCZOS)


def write(draw: ImageDraw.ImageDraw, middle: tuple[int, int], text: str, size: int) -> None:
    """Write a word around a point."""
    draw.text(middle, text, fill=INK, font=ImageFont.load_default(size), anchor="mm")


if __name__ == "__main__":
    main()
