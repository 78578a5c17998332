"""Make the pictures in `docs/images` out of those in `examples`.

    python tools/make_figures.py WORK_FOLDER [hero] [recipes] [house] [--size 512]

Every result is kept in WORK_FOLDER with its recipe inside, so that the next call only makes those
that are missing or whose recipe has changed since. The figure of all recipes takes hours.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from impasto import RECIPES, load_image, save_image, stylize
from impasto.contracts import Image
from impasto.images import read_metadata
from impasto.images.sheet import Tile, sheet

ROOT = Path(__file__).parents[1]
EXAMPLES, FIGURES = ROOT / "examples", ROOT / "docs" / "images"
QUALITY = 88

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
    ("great_wave", "wheat_field"),  # a drawing as the photo
)


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
        save_image(path, MAKERS[name](studio), quality=QUALITY)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


class Studio:
    """Makes results of one size, each only once."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder, self.size = folder, size
        folder.mkdir(parents=True, exist_ok=True)

    def paint(self, photo: str, painting: str, recipe: str) -> Image:
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
        return load_image(path)

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


def hero(studio: Studio) -> Image:
    """Three times photo + painting = picture, with the recipe that is the default."""
    rows = [
        [
            Tile(example(photo)),
            Tile(example(painting)),
            Tile(studio.paint(photo, painting, "standard")),
        ]
        for photo, painting in HERO
    ]
    return sheet(rows, box=(260, 380), signs=("+", "="))


def recipes(studio: Studio) -> Image:
    """One photo and one painting in every recipe."""
    photo, painting = SHEET
    tiles = [Tile(example(photo), "the photo"), Tile(example(painting), "the painting")]
    tiles += [Tile(studio.paint(photo, painting, name), name) for name in RECIPES]
    return sheet([tiles[start : start + 4] for start in range(0, len(tiles), 4)], box=(256, 380))


def house(studio: Studio) -> Image:
    """Our own recipes on seven pairs."""
    rows = [
        [
            Tile(example(photo), photo.replace("_", " ")),
            Tile(example(painting), painting.replace("_", " ")),
            *(Tile(studio.paint(photo, painting, name), name) for name in HOUSE),
        ]
        for photo, painting in HOUSE_PAIRS
    ]
    return sheet(rows, box=(320, 320))


MAKERS = {"hero": hero, "recipes": recipes, "house": house}


def example(name: str) -> Image:
    """Return one of the pictures in `examples`."""
    return load_image(EXAMPLES / f"{name}.jpg")


if __name__ == "__main__":
    main()
