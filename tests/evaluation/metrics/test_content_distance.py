"""The content distance against a float64 run of the network."""

import pytest
import torch
from drawn import clouds, noise

from impasto.evaluation.metrics.content_distance import content_distance
from impasto.evaluation.views import scaled
from impasto.networks.encoder import load_encoder


def test_is_the_relative_distance_of_features():
    encoder = load_encoder("vgg16", dtype=torch.float64)
    photo, output = clouds(1, 70, 90), noise(2, 64, 80)
    there = encoder(scaled(photo, (64, 80)).double(), ["relu4_2"])["relu4_2"]
    here = encoder(output.double(), ["relu4_2"])["relu4_2"]
    expected = ((here - there) ** 2).sum() / (there**2).sum()
    ours = content_distance(output, photo, photo)
    assert ours == pytest.approx(expected.item(), rel=1e-4)  # the network is single precision


def test_fixed_points():
    photo = clouds(3, 64, 64)
    assert content_distance(photo, photo, photo) == 0
    assert content_distance(1 - photo, photo, photo) > 0.1
    with pytest.raises(ValueError, match=r"the output is 7 pixels wide and 9 pixels high"):
        content_distance(noise(4, 9, 7), photo, photo)
