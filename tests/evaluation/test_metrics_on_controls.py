"""A metric is worth something only if it tells what nobody worked for from what is wanted.

The photo as it is, the painting itself, and a picture of `draft`: every style metric has to put the
painting first, then the picture, then the photo, and every content metric the reverse.
"""

from functools import cache
from pathlib import Path

import pytest

from impasto import stylize
from impasto.evaluation import METRICS
from impasto.images.read import load_image
from impasto.images.resize import fit, resize, size_of

EXAMPLES = Path(__file__).parents[2] / "examples"
PAIRS = (
    ("astronaut", "starry_night"),
    ("mountains", "great_wave"),
    ("clownfish", "composition_viii"),
    ("pavilion", "maeda_primavesi"),
)
PAINTED = PAIRS[:2]
SIDE = 176  # the least that MS-SSIM takes

MISLED = {
    "spectrum": "a photo can have nearly the painting's spectrum, and no recipe aims at that",
    "spectrum-slope": "as before, and a single number is hit by chance still more easily",
}
"""The metrics that put the picture of a pair behind the photo, and why."""


def small(name):
    image = load_image(EXAMPLES / f"{name}.jpg")
    return resize(image, fit(size_of(image), SIDE, "shorter"))


@cache
def numbers(pair, output):
    """Return all numbers of the photo, of the painting or of a picture of `draft`."""
    content, style = map(small, pair)
    if output == "picture":
        image = stylize(content, style, recipe="draft", size=SIDE, size_of="shorter").image
    else:
        image = {"content": content, "style": style}[output]
    return {name: metric(image, content, style) for name, metric in METRICS.items()}


def ends(pair, metric):
    """Return the numbers of what has to be best and of what has to be worst."""
    best, worst = ("style", "content") if metric.subject == "style" else ("content", "style")
    return numbers(pair, best)[metric.name], numbers(pair, worst)[metric.name]


@pytest.mark.parametrize("pair", PAIRS, ids=" ".join)
def test_photo_and_painting_lie_at_the_ends(pair):
    for name, metric in METRICS.items():
        best, worst = ends(pair, metric)
        assert metric.is_better(best, worst), f"{name}: {best} is not better than {worst}"


@pytest.mark.parametrize("pair", PAINTED, ids=" ".join)
def test_a_picture_lies_between_them(pair):
    for name, number in numbers(pair, "picture").items():
        best, worst = ends(pair, METRICS[name])
        assert METRICS[name].is_better(best, number), f"{name}: {number} is before {best}"
        behind = not METRICS[name].is_better(number, worst)
        assert not behind or name in MISLED, f"{name}: {number} is behind {worst}"


def test_who_is_said_to_be_misled_is():
    for name in MISLED:
        metric = METRICS[name]
        pictures = [(numbers(pair, "picture")[name], ends(pair, metric)[1]) for pair in PAINTED]
        assert not all(metric.is_better(number, worst) for number, worst in pictures), name
