"""Files as the world has them."""

import hashlib
import io
from pathlib import Path

import numpy as np
import PIL.Image
import pillow_heif
import pytest
import torch
from picture_files import encoded, levels
from PIL import ImageOps

from impasto.images.picture import ImageError
from impasto.images.read import as_picture, load_image

# What is read exactly


@pytest.mark.parametrize("form", ["PNG", "TIFF", "BMP", "PPM", "QOI"])
def test_lossless_formats_keep_every_value(pixels, form):
    image = load_image(encoded(PIL.Image.fromarray(pixels), form))
    assert image.dtype == torch.float32 and image.shape == (1, 3, 24, 32)
    assert np.array_equal(levels(image), pixels)
    assert torch.equal(image[0, :, 3, 5], torch.from_numpy(pixels[3, 5].astype(np.float32)) / 255)


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"quality": 95}),
        ("WEBP", {"quality": 95}),
        ("AVIF", {"quality": 95}),
        ("HEIF", {"quality": 95}),
        ("JPEG2000", {}),
        ("GIF", {}),
    ],
)
def test_lossy_formats_stay_near(pixels, form, options):
    image = load_image(encoded(PIL.Image.fromarray(pixels), form, **options))
    assert np.abs(levels(image).astype(int) - pixels).mean() < 4


def test_heic_of_phones_needs_no_registration(pixels):
    data = encoded(PIL.Image.fromarray(pixels), "HEIF")
    load_image(data)
    assert "HEIF" not in PIL.Image.OPEN


@pytest.mark.parametrize("kind", ["path", "str", "bytes", "bytearray", "file", "pillow", "array"])
def test_every_kind_of_source_gives_the_same_picture(tmp_path, pixels, kind):
    path = tmp_path / "sky.png"
    PIL.Image.fromarray(pixels).save(path)
    source = {
        "path": lambda: path,
        "str": lambda: str(path),
        "bytes": path.read_bytes,
        "bytearray": lambda: bytearray(path.read_bytes()),
        "file": lambda: io.BytesIO(path.read_bytes()),
        "pillow": lambda: PIL.Image.fromarray(pixels),
        "array": lambda: pixels,
    }[kind]()
    assert np.array_equal(levels(load_image(source)), pixels)


def test_standard_input(monkeypatch, pixels):
    data = encoded(PIL.Image.fromarray(pixels), "PNG")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    picture = as_picture(Path("-"))
    assert picture.name == "standard input" and np.array_equal(levels(picture.image), pixels)
    with pytest.raises(ImageError, match="standard input is empty"):
        as_picture("-")


def test_a_terminal_is_not_waited_for(monkeypatch):
    class Terminal(io.TextIOWrapper):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal(io.BytesIO()))
    with pytest.raises(ImageError, match="is a terminal"):
        as_picture("-")


def test_names_that_are_not_ascii(tmp_path, pixels):
    path = tmp_path / "höhle 洞窟 🎨.png"
    PIL.Image.fromarray(pixels).save(path)
    assert as_picture(path).name == str(path)


def test_hash_is_that_of_the_file(tmp_path, pixels):
    path = tmp_path / "sky.png"
    PIL.Image.fromarray(pixels).save(path)

    assert as_picture(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    other = pixels.copy()
    other[0, 0, 0] ^= 1
    hashes = {as_picture(each).sha256 for each in (pixels, pixels.copy(), other)}
    assert len(hashes) == 2


# Orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "TIFF", "JPEG"])
def test_exif_orientation_as_pillow_applies_it(pixels, form, orientation):
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    data = encoded(PIL.Image.fromarray(pixels), form, exif=exif)
    expected = ImageOps.exif_transpose(PIL.Image.open(io.BytesIO(data))).convert("RGB")
    assert np.array_equal(levels(load_image(data)), np.asarray(expected))


def test_orientation_is_applied_once_to_heic(pixels):
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    data = encoded(PIL.Image.fromarray(pixels), "HEIF", exif=exif.tobytes())
    assert load_image(data).shape == (1, 3, 32, 24)


# Frames


@pytest.mark.parametrize(
    ("form", "kind"), [("GIF", "frames"), ("WEBP", "frames"), ("PNG", "frames"), ("TIFF", "pages")]
)
def test_the_first_frame_is_taken_and_said(form, kind):
    frames = [PIL.Image.new("RGB", (20, 20), color) for color in ("red", "lime", "blue")]
    options = {"save_all": True, "append_images": frames[1:]}
    picture = as_picture(encoded(frames[0], form, **options), "sky")
    assert picture.notes == (f"sky holds 3 {kind}; the first was taken",)
    assert np.abs(levels(picture.image)[9, 9].astype(int) - [255, 0, 0]).max() <= 4


def test_the_main_picture_of_heic_is_taken():
    album = pillow_heif.HeifFile()
    for color in ("red", "lime"):
        album.add_from_pillow(PIL.Image.new("RGB", (32, 32), color))
    buffer = io.BytesIO()
    album.save(buffer, primary_index=1)
    picture = as_picture(buffer.getvalue(), "phone.heic")
    assert picture.notes == ("phone.heic holds 2 pictures; the main one was taken",)
    assert np.abs(levels(picture.image)[9, 9].astype(int) - [0, 255, 0]).max() <= 6


def test_previews_in_a_phones_jpeg_are_not_frames(pixels):
    photo = PIL.Image.fromarray(pixels)
    data = encoded(photo, "MPO", save_all=True, append_images=[photo.resize((8, 8))])
    assert as_picture(data).notes == ()


def test_avif_under_the_brand_of_its_container(image):
    """HEIC and AVIF share a container, whose brand may stand in front of their own."""
    buffer = io.BytesIO()
    as_pillow = PIL.Image.fromarray((image[0].permute(1, 2, 0) * 255).byte().numpy())
    as_pillow.save(buffer, "AVIF", quality=95, subsampling="4:4:4")
    data = buffer.getvalue()
    assert data[8:12] == b"avif"
    assert b"avif" in data[16 : int.from_bytes(data[:4], "big")]
    plain, shared = load_image(data), load_image(data[:8] + b"mif1" + data[12:])
    assert torch.equal(plain, shared)


@pytest.mark.parametrize("mode", ["r", "wb"])
def test_a_file_object_that_gives_no_bytes(tmp_path, mode):
    path = tmp_path / "photo.png"
    path.write_bytes(b"\x89PNG\xff\xfe")
    with path.open(mode) as file, pytest.raises(ImageError, match=r"open it in the mode|can't be"):
        as_picture(file)


def test_a_closed_file_object(tmp_path, pixels):
    PIL.Image.fromarray(pixels).save(tmp_path / "photo.png")
    with (tmp_path / "photo.png").open("rb") as file:
        pass
    with pytest.raises(ImageError, match="the file object can't be read"):
        as_picture(file)
