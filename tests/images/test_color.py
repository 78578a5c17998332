"""Color spaces against published numbers."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.images import color


def pixel(*values):
    return torch.tensor(values, dtype=torch.float64).reshape(1, 3, 1, 1)


def noise(seed, low=0.0, high=1.0):
    values = torch.rand(
        1, 3, 6, 7, generator=torch.Generator().manual_seed(seed), dtype=torch.float64
    )
    return low + (high - low) * values


def test_matrix_of_the_standard():
    """IEC 61966-2-1:1999, section 5.2, four digits."""
    published = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    columns = [color.linear_to_xyz(pixel(*unit)).flatten() for unit in torch.eye(3).tolist()]
    assert torch.allclose(torch.stack(columns, 1), torch.tensor(published).double(), atol=6e-5)


def test_transfer_curve_of_the_standard():
    """IEC 61966-2-1:1999: 0.04045 is the knee; 18 % light is the level 118 of 255."""
    knee = color.srgb_to_linear(pixel(0.04045, 0.0404500001, 0)).flatten()
    assert knee.tolist() == pytest.approx([0.0031308, 0.0031308, 0], abs=1e-7)
    linear = color.srgb_to_linear(pixel(0.5, 0.02, 1)).flatten().tolist()
    assert linear == pytest.approx([0.2140411, 0.02 / 12.92, 1])
    level = float(color.linear_to_srgb(pixel(0.18, 0, 0)).flatten()[0]) * 255
    assert round(level) == 118


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((1, 1, 1), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((1, 0, 0), (53.241, 80.092, 67.203)),
        ((0, 1, 0), (87.735, -86.183, 83.179)),
        ((0, 0, 1), (32.297, 79.188, -107.860)),
        ((1, 1, 0), (97.139, -21.554, 94.478)),
        ((0, 1, 1), (91.113, -48.088, -14.131)),
        ((1, 0, 1), (60.324, 98.234, -60.825)),
    ],
)
def test_lab_of_the_corners(rgb, lab):
    """Published for sRGB under D65, 2 degrees (Lindbloom's calculator, EasyRGB)."""
    values = color.srgb_to_lab(pixel(*rgb)).flatten()
    assert torch.allclose(values, torch.tensor(lab).double(), atol=0.03)


def test_lab_of_middle_grey():
    """CIE 15: L* = 116 Y^(1/3) - 16, so that 18.42 % of the light looks half as bright."""
    grey = color.linear_to_srgb(pixel(0.18418652, 0.18418652, 0.18418652))
    assert torch.allclose(color.srgb_to_lab(grey), pixel(50, 0, 0), atol=1e-5)


def test_yiq_of_the_standard():
    """Three digits of the NTSC matrix, as every textbook prints it."""
    published = [[0.299, 0.587, 0.114], [0.596, -0.275, -0.321], [0.212, -0.523, 0.311]]
    columns = [color.srgb_to_yiq(pixel(*unit)).flatten() for unit in torch.eye(3).tolist()]
    assert torch.allclose(torch.stack(columns, 1), torch.tensor(published).double(), atol=6e-4)


def test_luma_and_luminance_are_different_things():
    image = pixel(0.5, 0.25, 0.75)
    assert float(color.luma_601(image)) == pytest.approx(0.299 * 0.5 + 0.587 * 0.25 + 0.114 * 0.75)
    red, green, blue = color.srgb_to_linear(image).flatten().tolist()
    expected = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    assert float(color.luminance_709(image)) == pytest.approx(expected, abs=1e-4)


ROUND_TRIPS = [
    (color.srgb_to_linear, color.linear_to_srgb),
    (color.linear_to_xyz, color.xyz_to_linear),
    (color.xyz_to_lab, color.lab_to_xyz),
    (color.srgb_to_lab, color.lab_to_srgb),
    (color.srgb_to_yiq, color.yiq_to_srgb),
]


@pytest.mark.parametrize(("there", "back"), ROUND_TRIPS)
@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_there_and_back(there, back, seed):
    image = noise(seed)
    assert torch.allclose(back(there(image)), image, atol=1e-6)
    dark = noise(seed, high=0.01)  # below all the knees
    assert torch.allclose(back(there(dark)), dark, atol=1e-6)
    assert there(image.float()).dtype == torch.float32


@pytest.mark.parametrize("there", [pair[0] for pair in ROUND_TRIPS])
def test_gradients_are_finite_at_black(there):
    image = torch.zeros(1, 3, 2, 2, dtype=torch.float64, requires_grad=True)
    there(image).sum().backward()
    assert image.grad.isfinite().all()
