"""Draw the label images in `examples/masks`: sky, what stands before it, and the ground.

    python tools/make_masks.py

`make_examples.py` goes first: a mask has the size of its picture.
"""

from pathlib import Path

from PIL import Image, ImageDraw

EXAMPLES = Path(__file__).parents[1] / "examples"

LABELS = ("#4a7fd0", "#7a6a5c", "#e0b030")
"""The colors of the regions, from the top to the bottom."""

# Where one region ends and the next begins, from left to right, in percent of width and height.
BORDERS = {
    "mountains": (
        "0,19 3,19.5 5,23 9,25.5 12,28.5 14.5,33 18,35.5 23,34.5 26.5,38 29,42 31,45.5 35,44.5 "
        "38.5,39 41,37.5 43.5,38 44,30 48,22.5 54,21 58,20 62,22 64,26 67,26.5 72,25 75,22.5 78,24 "
        "84,21.5 89,21 92,18 96,15.5 100,14",
        "0,44 10,45.5 20,48 30,51 37,54 45,58 50,59.5 56,62 64,65 70,64.5 80,65.5 88,67.5 100,66.5",
    ),
    "wheat_field": (
        "0,69 5,68.5 9,66 10,59 17,59 21,55 30,55 34,59 40,55 46,54 50,51 56,50 59,48 65,50 68,52 "
        "70,48 75,46 77,47 79,40 81,36 83,39 83.5,30 85,18 85.5,2 88,4 89.5,20 91,33 93,38 94,40 "
        "97,35 100,34",
        "0,78 12,78 18,81 23,78.5 30,80 37,76 42,73 50,72 60,72.5 70,74 75,73 80,75 88,74 100,74.5",
    ),
}


def main() -> None:
    """Draw a mask for each picture that has borders."""
    (EXAMPLES / "masks").mkdir(exist_ok=True)
    for name in BORDERS:
        with Image.open(EXAMPLES / f"{name}.jpg") as picture:
            mask = draw_mask(name, picture.size)
        mask.save(EXAMPLES / "masks" / f"{name}.png", optimize=True)


def draw_mask(name: str, size: tuple[int, int]) -> Image.Image:
    """Return the label image of a picture of this size (width, height)."""
    width, height = size
    mask = Image.new("RGB", size, LABELS[0])
    draw = ImageDraw.Draw(mask)
    for color, border in zip(LABELS[1:], BORDERS[name], strict=True):
        percents = [tuple(map(float, point.split(","))) for point in border.split()]
        points = [(x * width / 100, y * height / 100) for x, y in percents]
        draw.polygon([*points, (width, height), (0, height)], fill=color)
    return mask.quantize(len(LABELS))


if __name__ == "__main__":
    main()
