"""Sizes, and images brought to them."""

from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from impasto.images.picture import ImageError
from impasto.images.resize import fit, resize, resize_masks, size_of

sides = st.integers(1, 20_000)


@pytest.mark.parametrize(
    ("size", "side", "of", "expected"),
    [
        ((300, 400), 512, "longer", (384, 512)),
        ((400, 300), 512, "longer", (512, 384)),
        ((300, 400), 512, "shorter", (512, 683)),
        ((300, 400), 150, "height", (150, 200)),
        ((3, 2), 1, "longer", (1, 1)),  # 0.67
        ((4, 2), 1, "longer", (1, 1)),  # 0.5 goes up
        ((1000, 2), 10, "longer", (10, 1)),  # never 0
        ((2, 1000), 10, "height", (10, 5000)),
        ((100, 400), 100, "area", (50, 200)),
    ],
)
def test_sizes(size, side, of, expected):
    assert fit(size, side, of) == expected


@given(sides, sides, sides, st.sampled_from(["longer", "shorter", "height"]))
def test_the_other_side_is_rounded_to_the_nearest(h, w, side, of):
    new_h, new_w = fit((h, w), side, of)
    reference = {"longer": max(h, w), "shorter": min(h, w), "height": h}[of]
    assert {"longer": max(new_h, new_w), "shorter": min(new_h, new_w), "height": new_h}[of] == side
    for old, new in ((h, new_h), (w, new_w)):
        exact = Fraction(old * side, reference)
        assert new >= 1 and (abs(new - exact) <= Fraction(1, 2) or (new == 1 and exact < 1))
    assert fit((h, w), reference, of) == (h, w)


@pytest.mark.parametrize("side", [0, -3])
def test_no_size(side):
    with pytest.raises(ImageError, match="expected at least 1"):
        fit((10, 10), side)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_images_stay_in_range_and_plain_ones_plain(h, w, seed):
    image = torch.rand(1, 3, 17, 13, generator=torch.Generator().manual_seed(seed)).round()
    resized = resize(image, (h, w))
    assert size_of(resized) == (h, w) and resized.min() >= 0 and resized.max() <= 1
    plain = resize(torch.full((1, 4, 17, 13), 0.3), (h, w))
    assert torch.allclose(plain, torch.full((1, 4, h, w), 0.3), atol=1e-5)


def test_a_fine_pattern_becomes_its_mean_when_it_shrinks():
    """Without anti-aliasing, every fourth column of stripes would be black or white."""
    stripes = torch.tensor([0.0, 1.0]).repeat(32).expand(1, 3, 64, 64)
    inner = resize(stripes, (16, 16))[..., 2:-2]
    assert (inner - 0.5).abs().max() < 0.05


def test_enlarging_keeps_edges_sharper_than_bilinear():
    edge = torch.tensor([0.2, 0.2, 0.2, 0.8, 0.8, 0.8]).expand(1, 3, 6, 6)
    slope = resize(edge, (24, 24))[0, 0, 12].diff().max()
    assert slope > 1.1 * resize_masks(edge, (24, 24))[0, 0, 12].diff().max()


def test_the_same_size_is_the_same_image():
    image = torch.rand(1, 3, 5, 6)
    assert resize(image, (5, 6)) is image and resize_masks(image, (5, 6)) is image


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_masks_add_up_to_one_and_do_not_overshoot(h, w, seed):
    labels = torch.randint(0, 4, (11, 19), generator=torch.Generator().manual_seed(seed))
    masks = torch.stack([labels == label for label in range(4)])[:, None].float()
    resized = resize_masks(masks, (h, w))
    assert resized.shape == (4, 1, h, w)
    assert torch.allclose(resized.sum(0), torch.ones(1, h, w), atol=1e-5)
    assert resized.min() >= 0 and resized.max() <= 1 + 1e-6


def test_gradients_flow():
    image = torch.rand(1, 3, 8, 8, requires_grad=True)
    resize(image, (4, 4)).sum().backward()
    assert image.grad.isfinite().all() and image.grad.abs().sum() > 0
