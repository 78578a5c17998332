"""A metric is worth something only if it tells what nobody worked for from what is wanted."""

from pathlib import Path

import pytest

from impasto.evaluation import METRICS
from impasto.images.read import load_image
from impasto.images.resize import fit, resize, size_of

EXAMPLES = Path(__file__).parents[2] / "examples"
PAIRS = (
    ("astronaut", "starry_night"),
    ("clownfish", "composition_viii"),
    ("mountains", "great_wave"),
    ("pavilion", "maeda_primavesi"),
)
SIDE = 176  # the least that MS-SSIM takes


def small(name):
    image = load_image(EXAMPLES / f"{name}.jpg")
    return resize(image, fit(size_of(image), SIDE, "shorter"))


@pytest.mark.parametrize(("photo", "painting"), PAIRS, ids=lambda name: name)
def test_controls_lie_at_the_ends(photo, painting):
    """Every style metric puts the painting before the photo, every content metric the reverse."""
    content, style = small(photo), small(painting)
    outputs = {"content": content, "style": style}
    scores = {
        subject: {name: metric(output, content, style) for name, metric in METRICS.items()}
        for subject, output in outputs.items()
    }
    for name, metric in METRICS.items():
        itself = scores[metric.subject][name]
        other = scores["style" if metric.subject == "content" else "content"][name]
        assert metric.is_better(itself, other), f"{name}: {itself} is not better than {other}"
