"""Color distances against NumPy and closed forms."""

import math

import numpy as np
import pytest
import torch
from drawn import clouds, noise, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.color import rgb2lab

from impasto.evaluation.metrics.color import (
    DIRECTIONS,
    color_distance,
    histogram_distance,
    lattice,
    uv_histogram,
)


def lab(image):
    """CIE 15 under D65, from nothing but the chromaticities of sRGB's primaries and white."""
    x, y = np.array([[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], [0.3127, 0.329]]).T
    *primaries, white = np.stack([x / y, np.ones(4), (1 - x - y) / y], axis=1)
    scale = np.linalg.solve(np.transpose(primaries), white)
    colors = image[0].double().flatten(1).T.numpy()
    linear = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    ratio = linear * scale @ primaries / white
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29)
    fx, fy, fz = f.T
    return np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=1)


def test_lab_told_again_is_that_of_scikit_image():
    image = noise(8, 6, 7)
    expected = rgb2lab(image[0].permute(1, 2, 0).double().numpy()).reshape(-1, 3)
    np.testing.assert_allclose(lab(image), expected, atol=0.02)  # its white has five digits


def test_color_distance_is_sorted_projections_of_lab():
    output, style = noise(1, 20, 30), clouds(2, 20, 30)
    here, there = (np.sort(lab(image) @ lattice().numpy().T, axis=0) for image in (output, style))
    expected = math.sqrt(((here - there) ** 2).mean())
    assert color_distance(output, output, style) == pytest.approx(expected, rel=1e-6)


def test_two_plain_colors_are_as_far_apart_as_delta_e():
    red, blue = torch.tensor([204, 51, 26]) / 255, torch.tensor([26, 77, 179]) / 255
    output, style = (color.reshape(1, 3, 1, 1).expand(1, 3, 9, 7) for color in (red, blue))
    delta_e = np.linalg.norm(lab(output)[0] - lab(style)[0])
    assert color_distance(output, output, style) == pytest.approx(delta_e, rel=1e-6)
    one_pixel = style[..., :1, :1]
    assert color_distance(one_pixel, output, style) == pytest.approx(0, abs=1e-4)


def test_directions_are_spread_evenly():
    lengths = lattice().norm(dim=1) / math.sqrt(3)
    assert lengths.tolist() == pytest.approx([1] * DIRECTIONS, abs=0.02)
    mean = lattice().T @ lattice() / DIRECTIONS
    assert torch.allclose(mean, torch.eye(3).double(), atol=1e-12)


@pytest.mark.parametrize("measure", [color_distance, histogram_distance])
def test_where_colors_are_does_not_count(measure):
    style = clouds(3, 24, 32)
    order = torch.randperm(24 * 32, generator=torch.Generator().manual_seed(4))
    shuffled = style.flatten(2)[..., order].reshape(style.shape)
    assert measure(shuffled, style, style) == pytest.approx(0, abs=1e-6)
    assert measure(style, style, style) == 0
    assert measure(style.flip(1), style, style) > 0.05  # red and blue change places


def histogram(image):
    """Afifi et al., eq. 1 to 4, pixel by pixel."""
    bins = np.linspace(-3, 3, 64)
    planes = np.zeros((3, 64, 64))
    for color in image[0].double().flatten(1).T.numpy():
        brightness = np.linalg.norm(color)
        logs = np.log(color + 1e-6)
        for plane, (c, first, second) in enumerate(((0, 1, 2), (1, 0, 2), (2, 0, 1))):
            near_u = 1 / (1 + (np.abs(logs[c] - logs[first] - bins) / 0.02) ** 2)
            near_v = 1 / (1 + (np.abs(logs[c] - logs[second] - bins) / 0.02) ** 2)
            planes[plane] += brightness * np.outer(near_u, near_v)
    return planes / planes.sum()


def test_histogram_is_the_papers_equations():
    output, style = noise(5, 7, 6), clouds(6, 7, 6)
    np.testing.assert_allclose(uv_histogram(output), histogram(output), atol=1e-12)
    hellinger = np.linalg.norm(np.sqrt(histogram(output)) - np.sqrt(histogram(style))) / 2**0.5
    assert histogram_distance(output, output, style) == pytest.approx(hellinger, abs=1e-9)


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_histogram_distance_lies_between_zero_and_one(seed):
    output, style = noise(seed, 5, 4).round(), noise(seed + 1, 4, 6)
    assert 0 <= histogram_distance(output, output, style) <= 1


def test_fixed_points_of_the_histogram():
    black, red = plain(0), plain(0)
    red[:, 0] = 1
    assert uv_histogram(black).sum() == pytest.approx(1)
    assert histogram_distance(black, red, black) == 0
    blue = red.flip(1)
    assert histogram_distance(blue, red, red) > 0.9
    assert uv_histogram(noise(7, 300, 200)).sum() == pytest.approx(1)  # shrunk to 150 x 150
