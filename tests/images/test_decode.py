"""Profiles and pixel modes, on the way to sRGB."""

import struct

import numpy as np
import PIL.Image
import pytest
import torch
from picture_files import encoded, levels, png
from PIL import ImageCms

from impasto.images.picture import ImageError
from impasto.images.read import as_picture, load_image


def swapped_profile():
    """The profile of an sRGB whose red and green primaries changed places."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    entry = {bytes(data[132 + 12 * i : 136 + 12 * i]): 132 + 12 * i for i in range(count)}
    red, green = entry[b"rXYZ"], entry[b"gXYZ"]
    data[red + 4 : red + 12], data[green + 4 : green + 12] = (
        data[green + 4 : green + 12],
        data[red + 4 : red + 12],
    )
    return bytes(data)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_profiles_are_applied(form):
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 255
    data = encoded(PIL.Image.fromarray(red), form, icc_profile=swapped_profile())
    color = levels(load_image(data))[16, 16].astype(int)
    assert np.abs(color - [0, 255, 0]).max() <= 6


def test_profile_and_transparency_together(pixels):
    rgba = np.dstack([np.full((24, 32, 3), [255, 0, 0], np.uint8), np.full((24, 32), 128)])
    data = encoded(PIL.Image.fromarray(rgba.astype(np.uint8)), "PNG", icc_profile=swapped_profile())
    picture = as_picture(data)
    assert picture.alpha is not None and abs(float(picture.alpha.mean()) - 128 / 255) < 1e-6
    expected = torch.tensor([1 - 128 / 255, 1, 1 - 128 / 255])
    assert torch.allclose(picture.image[0, :, 5, 5], expected, atol=0.01)


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 400])
def test_a_broken_profile_is_ignored_and_said(pixels, profile):
    data = encoded(PIL.Image.fromarray(pixels), "PNG", icc_profile=profile)
    picture = as_picture(data, "sky.png")
    assert np.array_equal(levels(picture.image), pixels)
    assert picture.notes == (
        "sky.png has a color profile that doesn't fit it; it was taken as sRGB",
    )


def test_a_camera_profile_on_a_grey_picture(pixels):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = as_picture(encoded(PIL.Image.fromarray(pixels[..., 0]), "PNG", icc_profile=srgb))
    assert not picture.notes
    assert np.abs(levels(picture.image)[..., 1].astype(int) - pixels[..., 0]).max() <= 1


def test_wide_colors_without_a_profile_are_said(pixels):
    data = encoded(PIL.Image.fromarray(pixels), "HEIF", color_primaries=12)
    assert "wide colors" in as_picture(data).notes[0]


def test_cmyk_without_a_profile():
    inks = PIL.Image.new("CMYK", (20, 20), (0, 255, 255, 0))
    for form in ("JPEG", "TIFF"):
        color = levels(load_image(encoded(inks, form)))[10, 10]
        assert np.abs(color.astype(int) - [255, 0, 0]).max() <= 4


def test_cmyk_inverted_by_adobe():
    """Photoshop stores inks inverted and says so in an Adobe marker; Pillow writes it so too."""
    data = encoded(PIL.Image.new("CMYK", (20, 20), (255, 0, 0, 0)), "JPEG")
    assert b"Adobe" in data
    assert np.abs(levels(load_image(data))[5, 5].astype(int) - [0, 255, 255]).max() <= 4


def test_cielab_tiff():
    """The red of sRGB is 54.29, 80.81, 69.89 under D50, the white of printing."""
    red = PIL.Image.new("LAB", (20, 20), (round(54.29 * 2.55), 128 + 81, 128 + 70))
    color = levels(load_image(encoded(red, "TIFF")))[5, 5]
    assert np.abs(color.astype(int) - [255, 0, 0]).max() <= 6


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM", "JPEG2000"])
def test_grey_16_bit_keeps_its_precision(form):
    grey = np.arange(0, 65536, 97, dtype=np.uint16)[:660].reshape(22, 30)
    image = load_image(encoded(PIL.Image.fromarray(grey), form))
    expected = torch.from_numpy(grey.astype(np.float32)) / 65535
    assert torch.allclose(image[0, 1], expected, atol=1e-7)


def test_rgb_16_bit_png():
    wide = (np.arange(16 * 16 * 3, dtype=np.uint16) * 85).reshape(16, 16, 3)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in wide)
    image = load_image(png(16, 16, 16, 2, rows))
    expected = torch.from_numpy(wide.astype(np.float32)).permute(2, 0, 1)[None] / 65535
    assert (image - expected).abs().max() <= 1 / 255


def test_grey_16_bit_with_a_profile():
    grey = PIL.Image.fromarray(np.full((16, 16), 30000, np.uint16))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture = as_picture(encoded(grey, "PNG", icc_profile=srgb))
    assert not picture.notes and abs(float(picture.image.mean()) - 30000 / 65535) < 0.01


def test_float_tiff():
    values = np.linspace(0, 1, 400, dtype=np.float32).reshape(20, 20)
    image = load_image(encoded(PIL.Image.fromarray(values), "TIFF"))
    assert torch.equal(image[0, 2], torch.from_numpy(values))


@pytest.mark.parametrize(
    ("values", "reason"),
    [(np.full((20, 20), 300.0), "from 300 to 300"), (np.full((20, 20), np.nan), "NaN")],
)
def test_float_tiff_without_a_meaning(values, reason):
    data = encoded(PIL.Image.fromarray(values.astype(np.float32)), "TIFF")
    with pytest.raises(ImageError, match=reason):
        load_image(data)


def test_integers_of_32_bits_are_not_guessed():
    data = encoded(PIL.Image.fromarray(np.full((20, 20), 10**6, np.int32)), "TIFF")
    with pytest.raises(ImageError, match="divided by 65535 holds values from 15"):
        load_image(data)


@pytest.mark.parametrize("mode", ["1", "L", "P", "YCbCr", "HSV", "RGBX", "CMYK"])
def test_pillow_modes_agree_with_pillow(pixels, mode):
    converted = PIL.Image.fromarray(pixels).convert(mode)
    assert np.array_equal(levels(load_image(converted)), np.asarray(converted.convert("RGB")))


def test_hidden_color_does_not_leak(pixels):
    rgba = np.dstack([pixels, np.full((24, 32), 255, np.uint8)])
    rgba[:12, :, 3] = 0
    one = as_picture(encoded(PIL.Image.fromarray(rgba), "PNG"))
    rgba[:12, :, :3] = 255 - rgba[:12, :, :3]
    two = as_picture(encoded(PIL.Image.fromarray(rgba), "PNG"))
    assert torch.equal(one.image, two.image)
    assert (one.image[0, :, :12] == 1).all()
    assert np.array_equal(levels(one.image)[12:], pixels[12:])
    assert torch.equal(one.alpha[0, 0, :, 0], torch.tensor([0.0] * 12 + [1.0] * 12))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA", "RGBa", "La"])
def test_modes_with_alpha(pixels, mode):
    rgba = np.dstack([np.full((24, 32, 3), 102, np.uint8), np.full((24, 32), 51, np.uint8)])
    source = PIL.Image.fromarray(rgba)
    if mode == "PA":
        source = source.convert("RGB").convert("P")
        source.putalpha(51)
    elif mode == "La":
        source = source.convert("LA").convert("La")
    else:
        source = source.convert(mode)
    assert source.mode == mode
    picture = as_picture(source)
    assert torch.allclose(picture.alpha, torch.tensor(0.2))
    assert torch.allclose(picture.image, torch.tensor(1 - 0.2 * (1 - 102 / 255)), atol=0.003)


def test_transparent_color_of_a_palette(pixels):
    indexed = PIL.Image.new("P", (20, 20), 1)
    indexed.putpalette([255, 0, 0, 0, 0, 255])
    indexed.paste(0, (0, 0, 10, 20))
    for data in (
        encoded(indexed, "PNG", transparency=0),
        encoded(indexed, "PNG", transparency=b"\0\xff"),
        encoded(indexed, "GIF", transparency=0),
    ):
        picture = as_picture(data)
        assert torch.equal(picture.alpha[0, 0, 0], torch.tensor([0.0] * 10 + [1.0] * 10))
        assert torch.equal(picture.image[0, :, 0, 0], torch.ones(3))
        assert torch.equal(picture.image[0, :, 0, 19], torch.tensor([0.0, 0, 1]))


def test_transparent_color_of_a_grey_or_color_picture():
    grey = PIL.Image.new("L", (20, 20), 50)
    grey.paste(80, (0, 0, 10, 20))
    for picture in (grey, grey.convert("RGB")):
        color = 80 if picture.mode == "L" else (80, 80, 80)
        alpha = as_picture(encoded(picture, "PNG", transparency=color)).alpha
        assert torch.equal(alpha[0, 0, 0], torch.tensor([0.0] * 10 + [1.0] * 10))


def test_an_opaque_alpha_is_no_alpha(pixels):
    rgba = np.dstack([pixels, np.full((24, 32), 255, np.uint8)])
    assert as_picture(rgba).alpha is None


def test_nothing_to_see_is_an_error(pixels):
    rgba = np.dstack([pixels, np.zeros((24, 32), np.uint8)])
    with pytest.raises(ImageError, match="ghost is transparent everywhere"):
        as_picture(rgba, "ghost")
