"""What can't be read ends in one sentence."""

import io
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import PIL.Image
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_files import encoded, levels, png

from impasto.images.picture import ImageError
from impasto.images.read import MAX_MEGAPIXELS, as_picture, load_image


def refused(source, *parts, name=""):
    with pytest.raises(ImageError) as caught:
        as_picture(source, name)
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message
    return message


def test_missing_folder_empty_and_text(tmp_path):
    refused(tmp_path / "no.png", "there is no file", "no.png")
    refused(tmp_path, "is a folder")
    (tmp_path / "empty.jpg").write_bytes(b"")
    refused(tmp_path / "empty.jpg", "empty.jpg is empty")
    (tmp_path / "notes.jpg").write_text("Dear diary, today I painted.\n" * 40)
    refused(tmp_path / "notes.jpg", "notes.jpg isn't a picture", "PNG, JPEG", "HEIC")
    refused("bad\0name.png", "can't be read")
    refused("x" * 5000 + ".png", "can't be read")
    refused(io.StringIO("text"), "mode 'rb'")
    refused(7, "got int", "a path")
    refused([1, 2], "got list")


def test_programs_in_disguise_are_not_opened(tmp_path):
    """Pillow hands EPS to Ghostscript."""
    refused(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", "isn't a picture")


FORMS = ["PNG", "JPEG", "WEBP", "TIFF", "AVIF", "HEIF", "GIF", "BMP", "JPEG2000", "QOI"]


@pytest.fixture(scope="module")
def noisy():
    noise = np.random.default_rng(3).integers(0, 256, (48, 48, 3), dtype=np.uint8)
    return {form: encoded(PIL.Image.fromarray(noise), form) for form in FORMS}


@pytest.mark.parametrize("form", FORMS)
def test_truncated_files(noisy, form):
    data = noisy[form]
    refused(data[: len(data) * 6 // 10], "cut.file is", name="cut.file")


@pytest.mark.parametrize("form", FORMS)
def test_damage_anywhere_is_one_sentence_or_a_picture(noisy, form):
    @settings(max_examples=40, deadline=None, derandomize=True)
    @given(st.data())
    def damage(data):
        broken = bytearray(noisy[form])
        for _ in range(data.draw(st.integers(1, 4))):
            head = data.draw(st.booleans())
            place = data.draw(st.integers(0, min(len(broken) - 1, 200 if head else len(broken))))
            broken[place] = data.draw(st.integers(0, 255))
        try:
            image = load_image(bytes(broken))
        except ImageError as error:
            assert "\n" not in str(error)
        else:
            assert image.isfinite().all() and image.min() >= 0 and image.max() <= 1

    damage()


def test_a_bomb_is_refused_before_it_is_decoded():
    message = refused(png(60000, 50000, 8, 2), "60000 x 50000 pixels", name="bomb.png")
    assert f"at most {MAX_MEGAPIXELS} megapixels" in message and "3000 megapixels" in message


def test_only_our_limit_counts(monkeypatch, pixels):
    monkeypatch.setattr(PIL.Image, "MAX_IMAGE_PIXELS", 10)
    load_image(encoded(PIL.Image.fromarray(pixels), "PNG"))
    assert PIL.Image.MAX_IMAGE_PIXELS == 10


def test_too_long_a_file(monkeypatch, tmp_path):
    monkeypatch.setattr("impasto.images.read.MAX_GIGABYTES", 1e-7)
    (tmp_path / "long.png").write_bytes(bytes(1000))
    refused(tmp_path / "long.png", "longer than")


def test_out_of_memory_is_a_sentence(monkeypatch, pixels):
    def exhausted(*_):
        raise MemoryError

    monkeypatch.setattr("impasto.images.read.to_planes", exhausted)
    refused(encoded(PIL.Image.fromarray(pixels), "PNG"), "doesn't fit into memory")


def test_broken_exif_is_ignored_and_said(pixels):
    picture = as_picture(encoded(PIL.Image.fromarray(pixels), "PNG", exif=b"Exif\0\0rubbish!"))
    assert np.array_equal(levels(picture.image), pixels)
    assert picture.notes == ("the data has a broken EXIF block; it was ignored",)


def test_one_pixel_is_read(tmp_path):
    assert load_image(np.full((1, 1, 3), 255, np.uint8)).shape == (1, 3, 1, 1)
    assert load_image(encoded(PIL.Image.new("L", (1, 1)), "PNG")).shape == (1, 3, 1, 1)


def test_a_pillow_image_without_pixels():
    refused(PIL.Image.new("RGB", (0, 5)), "has no pixels")


def test_pictures_are_read_from_many_threads(pixels):
    data = encoded(PIL.Image.fromarray(pixels), "JPEG")
    before = PIL.Image.MAX_IMAGE_PIXELS, list(warnings.filters)
    with ThreadPoolExecutor(8) as pool:
        images = list(pool.map(load_image, [data] * 40))
    assert all(torch.equal(image, images[0]) for image in images)
    assert (PIL.Image.MAX_IMAGE_PIXELS, warnings.filters) == before


def test_the_users_warnings_stay_as_they_were(pixels):
    before = list(warnings.filters)
    load_image(encoded(PIL.Image.fromarray(pixels), "PNG"))
    assert warnings.filters == before
