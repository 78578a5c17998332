"""What `impasto evaluate PICTURE` knows without measuring it."""

import json

import pytest

from impasto import load_image
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.controls import CONTROL_PICTURES, IDENTICAL
from impasto.evaluation.measure import measure
from impasto.evaluation.views import scaled


@pytest.mark.parametrize("row", IDENTICAL)
def test_the_ideal_numbers_of_a_control_are_those_that_would_be_measured(impasto, row):
    """The control is the very picture with which these metrics compare."""
    words = ("evaluate", "another.png", "--content", "photo.png", "--style", "painting.png")
    said = json.loads(impasto(*words, "--json")[1])["metrics"]
    photo, painting = load_image("photo.png"), load_image("painting.png")
    control = CONTROL_PICTURES[row](scaled(photo, (36, 36)), painting)  # at the picture's size
    metrics = [metric for metric in METRICS.values() if metric.subject == IDENTICAL[row]]
    measured = measure(control, photo, painting, metrics).numbers
    assert len(measured) > 3  # some need larger pictures
    shown = {name: said[name]["scores"][row] for name in measured}
    assert shown == pytest.approx(measured, abs=1e-6)
