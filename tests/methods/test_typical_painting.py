"""The painting beside which a relative style weight means what it says."""

from pathlib import Path
from statistics import median

import pytest

from impasto import load_image
from impasto.contracts import Style
from impasto.images.resize import fit, resize, size_of
from impasto.methods.gatys_loss import TYPICAL, GatysLoss
from impasto.methods.gatys_settings import Gatys
from impasto.networks.encoder import load_encoder

EXAMPLES = Path(__file__).parents[2] / "examples"
PHOTOS = (
    "astronaut",
    "cat",
    "clownfish",
    "coffee",
    "dandelion",
    "mountains",
    "pavilion",
    "skyline",
)


def test_typical_is_the_median_of_the_paintings_in_examples():
    """At 512 pixels in float32, with the defaults, which are neural-style's layers and divisor."""
    settings = Gatys(style_balance="relative", content_weight=0.0)
    encoder = load_encoder("vgg16")
    found = []
    for path in EXAMPLES.glob("*.jpg"):
        if path.stem in PHOTOS:
            continue
        painting = load_image(path)
        painting = resize(painting, fit(size_of(painting), 512))
        loss = GatysLoss(settings, encoder, painting, (Style(painting),))
        ((weight, _),) = loss.regions["relu1_1"][0].targets
        found.append(TYPICAL / weight)
    assert len(found) == 12
    assert median(found) == pytest.approx(TYPICAL, rel=0.02)
