"""What a picture knows of its own making."""

import json

import numpy as np
import PIL.Image
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impasto.images.metadata import read_metadata
from impasto.images.picture import ImageError
from impasto.images.read import as_picture
from impasto.images.write import FORMATS, encode_png, save_image

STORY = {
    "recipe": {"name": "gatys-2016", "style_weight": 1000.0, "layers": ["relu1_1", "relu2_1"]},
    "seed": 7,
    "inputs": [{"name": "höhle 洞窟 🎨.png", "sha256": "ab" * 32}],
    "masks": None,
}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_carries_it(tmp_path, image, suffix):
    path = tmp_path / f"a{suffix}"
    save_image(path, image, metadata=STORY)
    assert read_metadata(path) == STORY
    assert read_metadata(path.read_bytes()) == STORY
    assert as_picture(path).notes == ()


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".tiff", ".avif"])
def test_other_programs_see_it_as_exif(tmp_path, image, suffix):
    save_image(tmp_path / f"a{suffix}", image, metadata=STORY)
    with PIL.Image.open(tmp_path / f"a{suffix}") as file:
        comment = file.getexif().get_ifd(0x8769)[0x9286]  # UserComment
    assert comment[:8] == b"ASCII\0\0\0" and json.loads(comment[8:]) == STORY


def test_other_programs_see_it_as_png_text(tmp_path, image):
    save_image(tmp_path / "a.png", image, metadata=STORY)
    with PIL.Image.open(tmp_path / "a.png") as file:
        assert json.loads(file.text["impasto"]) == STORY


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False).filter(lambda value: abs(value) < float("inf")),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(), children, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_whatever_is_json_comes_back(tmp_path, image, suffix, story):
    save_image(tmp_path / f"a{suffix}", image, metadata=story)
    assert read_metadata(tmp_path / f"a{suffix}") == story


@pytest.mark.parametrize("suffix", FORMATS)
def test_pictures_without_a_story(tmp_path, image, suffix):
    save_image(tmp_path / f"a{suffix}", image)
    assert read_metadata(tmp_path / f"a{suffix}") is None


def test_the_comments_of_others_are_not_ours(tmp_path, pixels):
    picture, path = PIL.Image.fromarray(pixels), tmp_path / "a.jpg"
    for comment in (b'ASCII\0\0\0{"recipe": 1}', b"UNICODE\0h\0i\0", b"", "text"):
        exif = PIL.Image.Exif()
        exif.get_ifd(0x8769)[0x9286] = comment
        picture.save(path, exif=exif)
        assert read_metadata(path) is None
    exif[0x0131] = "impasto"  # Software
    for comment in (b'ASCII\0\0\0{"recipe": ', b"ASCII\0\0\0[1]", b"\xff\xfe", b""):
        exif.get_ifd(0x8769)[0x9286] = comment
        picture.save(path, exif=exif)
        assert read_metadata(path) is None


def test_metadata_of_what_is_no_picture(tmp_path):
    (tmp_path / "a.png").write_text("no")
    with pytest.raises(ImageError, match="isn't a picture"):
        read_metadata(tmp_path / "a.png")


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, np.zeros(2), b"bytes"])
def test_what_is_no_json_is_not_saved(tmp_path, image, value):
    with pytest.raises(ImageError, match="can't be written as JSON"):
        save_image(tmp_path / "a.png", image, metadata={"recipe": value})
    assert list(tmp_path.iterdir()) == []


def test_more_than_a_jpeg_holds(tmp_path, image):
    story = {"recipe": "x" * 70_000}
    with pytest.raises(ImageError, match=r"can't be saved as JPEG .*choose \.png"):
        save_image(tmp_path / "a.jpg", image, metadata=story)
    assert list(tmp_path.iterdir()) == []
    assert read_metadata(encode_png(image, metadata=story)) == story
