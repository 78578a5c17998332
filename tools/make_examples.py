"""Make the pictures in `examples/`: crop the frames away, shrink, and write who made each.

    python tools/make_examples.py SOURCE_FOLDER

SOURCE_FOLDER holds the photos in `content/` and the paintings in `style/`, named as in the table
below. A painting is cropped to its paint: a dark frame comes out as a dark frame in every result.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

EXAMPLES = Path(__file__).parents[1] / "examples"
LONGER_SIDE = 1024
QUALITY = 90

CC0 = "CC0 1.0"
MET = "CC0 1.0 (The Met, Open Access)"
REPRODUCTION = "faithful reproduction of a public-domain work"


@dataclass(frozen=True)
class Example:
    """A picture, where it comes from, and the pixels cut off: left, top, right, bottom."""

    name: str
    source: str
    title: str
    author: str
    origin: str
    license: str
    crop: tuple[int, int, int, int] = (0, 0, 0, 0)


PHOTOS = (
    Example(
        "astronaut",
        "content/astronaut.jpg",
        "Eileen Collins",
        "NASA",
        "scikit-image, data",
        "public domain",
    ),
    Example(
        "cat",
        "content/cat.jpg",
        "Chelsea",
        "Stéfan van der Walt",
        "scikit-image, data",
        CC0,
    ),
    Example(
        "clownfish",
        "content/clownfish.jpg",
        "Clownfish in an anemone",
        "S. Anishenko",
        "Debian, krank (level-06)",
        "public domain",
    ),
    Example(
        "coffee",
        "content/coffee.jpg",
        "A cup of coffee",
        "Rachel Michetti",
        "scikit-image, data",
        CC0,
    ),
    Example(
        "dandelion",
        "content/dandelion.jpg",
        "Dandelions in evening light (seeding)",
        "Clements Engelhardt",
        "Debian, lomiri-wallpapers-16.04",
        CC0,
    ),
    Example(
        "mountains",
        "content/mountains.jpg",
        "Picos de Europa",
        "Aitzol Berasategi",
        "Debian, lomiri-wallpapers-16.04",
        "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)",
    ),
    Example(
        "pavilion",
        "content/pavilion.jpg",
        "Chinese pavilion over a lake (china.jpg)",
        "danielbuechele",
        "scikit-learn, datasets",
        "[CC BY 2.0](https://creativecommons.org/licenses/by/2.0/)",
    ),
    Example(
        "skyline",
        "content/skyline.jpg",
        "Hong Kong",
        "morguefile",
        "Debian, endless-sky-data (city0)",
        "public domain",
    ),
)

PAINTINGS = (
    Example(
        "composition_viii",
        "style/kandinsky_composition_viii.jpg",
        "Composition VIII, 1923",
        "Wassily Kandinsky",
        "Debian, gcompris-qt-data",
        REPRODUCTION,
    ),
    Example(
        "grande_jatte",
        "style/seurat_study_for_la_grande_jatte.jpg",
        'Study for "A Sunday on La Grande Jatte", 1884',
        "Georges Seurat",
        "The Met, 437658",
        MET,
        (17, 15, 17, 15),
    ),
    Example(
        "great_wave",
        "style/hokusai_great_wave.jpg",
        "The Great Wave off Kanagawa, about 1830",
        "Katsushika Hokusai",
        "Debian, gcompris-qt-data",
        REPRODUCTION,
    ),
    Example(
        "hollyhocks",
        "style/morisot_hollyhocks.jpg",
        "Hollyhocks (Roses trémières), 1884",
        "Berthe Morisot",
        "Debian, wordpress-theme-twentytwentyone",
        REPRODUCTION,
    ),
    Example(
        "ia_orana_maria",
        "style/gauguin_ia_orana_maria.jpg",
        "Ia Orana Maria, 1891",
        "Paul Gauguin",
        "The Met, 438821",
        MET,
        (12, 12, 12, 12),
    ),
    Example(
        "maeda_primavesi",
        "style/klimt_maeda_primavesi.jpg",
        "Mäda Primavesi, 1912-13",
        "Gustav Klimt",
        "The Met, 436819",
        MET,
        (9, 9, 10, 10),
    ),
    Example(
        "repast_of_the_lion",
        "style/rousseau_repast_of_the_lion.jpg",
        "The Repast of the Lion, about 1907",
        "Henri Rousseau",
        "The Met, 438822",
        MET,
        (9, 9, 10, 10),
    ),
    Example(
        "starry_night",
        "style/van_gogh_starry_night.jpg",
        "The Starry Night, 1889",
        "Vincent van Gogh",
        "Debian, opencv-doc",
        REPRODUCTION,
        (19, 18, 25, 23),
    ),
    Example(
        "still_life_with_apples",
        "style/cezanne_still_life_with_apples.jpg",
        "Still Life with Apples and a Pot of Primroses, about 1890",
        "Paul Cézanne",
        "The Met, 435882",
        MET,
        (10, 11, 10, 9),
    ),
    Example(
        "village_street",
        "style/van_gogh_village_street_in_auvers.jpg",
        "Village Street in Auvers, 1890",
        "Vincent van Gogh",
        "Debian, gcompris-qt-data",
        REPRODUCTION,
    ),
    Example(
        "whalers",
        "style/turner_whalers.jpg",
        "Whalers, about 1845",
        "Joseph Mallord William Turner",
        "The Met, 437854",
        MET,
        (11, 10, 12, 10),
    ),
    Example(
        "wheat_field",
        "style/van_gogh_wheat_field_with_cypresses.jpg",
        "Wheat Field with Cypresses, 1889",
        "Vincent van Gogh",
        "The Met, 436535",
        MET,
        (15, 15, 16, 15),
    ),
)


def main() -> None:
    """Write the pictures and the credits."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source_folder", type=Path, help="a folder with content/ and style/")
    folder = parser.parse_args().source_folder
    rows: list[str] = []
    for example in (*PHOTOS, *PAINTINGS):
        with Image.open(folder / example.source) as source:
            picture = prepare(source.convert("RGB"), example.crop)
            rows.append(credit(example, source.size, picture.size))
        picture.save(EXAMPLES / f"{example.name}.jpg", quality=QUALITY, optimize=True)
    write_credits(rows)


def prepare(picture: Image.Image, crop: tuple[int, int, int, int]) -> Image.Image:
    """Return the picture without its frame, no longer than `LONGER_SIDE`."""
    left, top, right, bottom = crop
    painted = picture.crop((left, top, picture.width - right, picture.height - bottom))
    painted.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
    return painted


def credit(example: Example, before: tuple[int, int], after: tuple[int, int]) -> str:
    """Return a row of the table of credits."""
    changes = "saved again as JPEG"
    if any(example.crop):
        changes = f"cropped to the paint, {changes}"
    width, height = before[0] - sum(example.crop[::2]), before[1] - sum(example.crop[1::2])
    if after != (width, height):
        changes = f"shrunk to {after[0]} x {after[1]}, {changes}"
    return (
        f"| [{example.name}.jpg]({example.name}.jpg) | {example.title} | {example.author} "
        f"| {example.origin} | {example.license} | {changes} |"
    )


def write_credits(rows: list[str]) -> None:
    """Write the table of all pictures, photos first."""
    head = [
        "| file | title | author | copied from | license | changes |",
        "|---|---|---|---|---|---|",
    ]
    text = [
        "# Credits",
        "",
        "Made by `tools/make_examples.py`, which holds this table.",
        "",
        "## Photos",
        "",
        *head,
        *rows[: len(PHOTOS)],
        "",
        "## Paintings",
        "",
        "The painters died long ago, and their works are in the public domain.",
        "",
        *head,
        *rows[len(PHOTOS) :],
        "",
        "The label images in `masks/` were drawn for this project by `tools/make_masks.py` and are "
        "under its license.",
    ]
    (EXAMPLES / "CREDITS.md").write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
