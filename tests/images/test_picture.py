"""Tensors and arrays as pictures."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from impasto.images.picture import SLACK, ImageError, check_image, check_side
from impasto.images.read import as_picture, load_image


@pytest.mark.parametrize("shape", [(3, 20, 24), (1, 3, 20, 24), (1, 20, 24), (20, 24)])
def test_shapes_of_tensors(shape):
    values = torch.rand(shape, generator=torch.Generator().manual_seed(0))
    image = load_image(values)
    assert image.shape == (1, 3, 20, 24)
    assert torch.equal(image, values.reshape(1, -1, 20, 24).expand(1, 3, 20, 24))


@pytest.mark.parametrize("shape", [(20, 24), (20, 24, 1), (20, 24, 3)])
@pytest.mark.parametrize(
    ("kind", "scale"), [("uint8", 255), ("uint16", 65535), (">u2", 65535), ("float64", 1)]
)
def test_shapes_and_types_of_arrays(rng, shape, kind, scale):
    values = (rng.random(shape) * scale).astype(kind)
    image = load_image(values)
    expected = np.broadcast_to(values.reshape(20, 24, -1) / scale, (20, 24, 3))
    assert np.allclose(image[0].permute(1, 2, 0).numpy(), expected, atol=1e-7)


def test_bool_is_black_and_white():
    assert load_image(np.eye(20, dtype=bool)).unique().tolist() == [0, 1]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float64, torch.uint8])
def test_types_of_tensors(kind):
    values = torch.ones(3, 20, 20, dtype=kind) * (255 if kind == torch.uint8 else 1)
    image = load_image(values)
    assert image.dtype == torch.float32 and (image == 1).all()


def test_a_fourth_channel_is_alpha():
    values = torch.rand(4, 20, 20, generator=torch.Generator().manual_seed(0))
    picture = as_picture(values)
    assert torch.equal(picture.alpha[0, 0], values[3])
    expected = values[:3] * values[3] + (1 - values[3])
    assert torch.allclose(picture.image[0], expected, atol=1e-6)
    assert torch.equal(as_picture(values.permute(1, 2, 0).numpy()).image, picture.image)


def test_the_picture_shares_no_memory():
    for values in (torch.rand(1, 3, 20, 20), np.random.default_rng(0).random((20, 20, 3))):
        image = load_image(values)
        kept = image.clone()
        values[...] = 0
        assert torch.equal(image, kept)


def test_gradients_read_only_and_reversed_arrays():
    assert not load_image(torch.rand(3, 20, 20, requires_grad=True)).requires_grad
    values = np.random.default_rng(0).random((20, 20, 3))[::-1, ::-1, ::-1]
    values.flags.writeable = False
    assert np.allclose(load_image(values)[0].permute(1, 2, 0), values)


def test_a_picture_passes_through():
    picture = as_picture(np.zeros((20, 20)))
    assert as_picture(picture, "another name") is picture


@given(st.floats(0, 1, width=32))
def test_values_in_range_are_kept_exactly(value):
    assert float(load_image(torch.full((3, 2, 2), value)).unique()) == np.float32(value)


def test_rounding_errors_are_clamped():
    image = load_image(torch.tensor([-SLACK / 2, 1 + SLACK / 2]).expand(3, 2, 2))
    assert image.unique().tolist() == [0, 1]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (torch.full((3, 20, 20), torch.nan), "NaN or infinite"),
        (torch.full((3, 20, 20), torch.inf), "NaN or infinite"),
        (torch.full((3, 20, 20), -torch.inf), "NaN or infinite"),
        (torch.rand(3, 20, 20) * 255, "holds values from"),
        (torch.full((3, 20, 20), -0.1), "from -0.1 to -0.1"),
        (torch.zeros(3, 0, 20), "no pixels"),
        (torch.zeros(20, 24, 3), "permute"),
        (torch.zeros(2, 3, 20, 20), "(2, 3, 20, 20)"),
        (torch.zeros(5, 20, 20), "(5, 20, 20)"),
        (torch.zeros(20), "(20,)"),
        (torch.zeros(3, 20, 20, dtype=torch.int64), "torch.int64"),
        (torch.zeros(3, 20, 20, dtype=torch.complex64), "torch.complex64"),
        (np.zeros((3, 20, 24)), "transpose"),
        (np.zeros((1, 20, 24, 3)), "(1, 20, 24, 3)"),
        (np.zeros((20, 24, 2)), "(20, 24, 2)"),
        (np.zeros((20, 24, 3), np.int32), "int32"),
        (np.zeros((20, 24, 3), object), "object"),
        (np.zeros((0, 24, 3), np.uint8), "no pixels"),
    ],
)
def test_what_is_no_image(values, reason):
    with pytest.raises(ImageError) as caught:
        as_picture(values, "sky")
    assert str(caught.value).startswith("sky ") and reason in str(caught.value)


def test_sides_too_short_to_be_stylized():
    check_side(torch.zeros(1, 3, 16, 16), "sky.png")
    with pytest.raises(ImageError, match=r"speck\.png is 1 pixel wide and 20 pixels high"):
        check_side(torch.zeros(1, 3, 20, 1), "speck.png")
    with pytest.raises(ImageError, match="at least 16"):
        check_side(torch.zeros(1, 3, 15, 400), "strip.png")


@pytest.mark.parametrize(
    "image", [torch.zeros(3, 20, 20), torch.zeros(1, 1, 20, 20), torch.zeros(1, 3, 2, 2).int()]
)
def test_results_of_another_shape(image):
    with pytest.raises(ImageError, match=r"expected floats of shape \(1, 3, h, w\)"):
        check_image(image)
