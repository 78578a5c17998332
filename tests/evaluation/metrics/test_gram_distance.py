"""The Gram distance against its definition."""

import pytest
import torch
from drawn import clouds, noise

from impasto.evaluation.metrics.gram_distance import gram_distance
from impasto.evaluation.views import scaled
from impasto.evaluation.vision import STYLE_LAYERS, moments
from impasto.networks.encoder import load_encoder


@pytest.mark.parametrize("layer", ["relu1_1", "relu3_1", "relu5_1"])
def test_is_the_papers_equation_relative_to_the_painting(layer):
    encoder = load_encoder("vgg16", dtype=torch.float64)
    output, style = noise(1, 48, 64), clouds(2, 60, 40)

    def gram(image):
        found = encoder(image.double(), [layer])[layer][0]
        return torch.einsum("chw,dhw->cd", found, found) / found[0].numel()

    G, A = gram(output), gram(scaled(style, (64, 43)))
    expected = ((G - A) ** 2).sum() / (A**2).sum()
    ours = gram_distance(output, output, style, layer=layer)
    assert ours == pytest.approx(expected.item(), rel=1e-4)  # the network is single precision


def test_fixed_points():
    style = clouds(3, 64, 64)
    for layer in STYLE_LAYERS:
        assert gram_distance(style, style, style, layer=layer) == 0
        assert gram_distance(noise(4, 64, 64), style, style, layer=layer) > 0.01
    with pytest.raises(ValueError, match=r"the output is 64 pixels wide and 15 pixels high"):
        gram_distance(noise(5, 15, 64), style, style, layer="relu5_1")


def test_where_things_are_does_not_count():
    """Two halves that change places: only positions at the seam and the border see others."""
    style = clouds(6, 64, 64)
    swapped = style.roll(32, dims=3)
    assert gram_distance(swapped, style, style, layer="relu1_1") < 1e-3


def test_moments_are_exact_to_double_precision():
    found = moments(clouds(7, 64, 64), "relu2_1")
    assert found.second.dtype == torch.float64
    assert torch.linalg.eigvalsh(found.second).min() > -1e-9 * found.second.trace()
