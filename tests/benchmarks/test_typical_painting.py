"""The painting beside which a relative style weight means what it says."""

from statistics import median

import pytest
import quality

from impasto import load_image
from impasto.contracts import Style
from impasto.images.resize import fit, resize, size_of
from impasto.methods.gatys_loss import TYPICAL, GatysLoss
from impasto.methods.gatys_settings import Gatys
from impasto.networks.encoder import load_encoder


def test_typical_is_the_median_of_the_paintings_in_examples():
    """At 512 pixels in float32, with the defaults, which are neural-style's layers and divisor."""
    settings = Gatys(style_balance="relative", content_weight=0.0)
    encoder = load_encoder("vgg16")
    found = []
    for name in quality.paintings():
        painting = load_image(quality.EXAMPLES / f"{name}.jpg")
        painting = resize(painting, fit(size_of(painting), 512))
        loss = GatysLoss(settings, encoder, painting, (Style(painting),))
        ((weight, _),) = loss.regions["relu1_1"][0].targets
        found.append(TYPICAL / weight**2)
    assert len(found) == 12
    assert median(found) == pytest.approx(TYPICAL, rel=0.02)
