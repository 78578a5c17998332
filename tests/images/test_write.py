"""What is saved, and what is refused."""

import io
import os
import struct
import sys

import numpy as np
import PIL.Image
import pillow_heif
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.images.picture import ImageError
from impasto.images.read import as_picture, load_image
from impasto.images.write import FORMATS, check_output, encode_png, save_image, to_pillow

LOSSLESS = [".png", ".tif", ".tiff"]


def by_others(path):
    """Read with the libraries alone."""
    if path.suffix in (".heic", ".heif"):
        return pillow_heif.open_heif(path).to_pillow()
    return PIL.Image.open(path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_suffix_is_its_format(tmp_path, image, pixels, suffix):
    path = tmp_path / f"höhle 洞窟{suffix.upper() if suffix == '.png' else suffix}"
    assert save_image(path, image) == ()
    with by_others(tmp_path / path.name) as file:
        if suffix not in (".heic", ".heif"):
            assert file.format == FORMATS[suffix]
        saved = np.asarray(file.convert("RGB")).astype(int)
    assert np.abs(saved - pixels).mean() < 2.5
    if suffix in LOSSLESS:
        assert np.array_equal(saved, pixels)
        assert torch.equal(load_image(path), image)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_rounding_is_to_the_nearest_halves_up():
    values = torch.arange(256 * 4).float() / (255 * 4)
    values = values[values <= 1]
    saved = np.asarray(to_pillow(values.expand(1, 3, 1, -1)))[0, :, 0]
    exact = np.floor(np.arange(len(values)) / 4 + 0.5)
    assert np.array_equal(saved, exact)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_a_png_read_back_is_the_same_tensor(seed):
    levels = torch.randint(0, 256, (1, 3, 5, 7), generator=torch.Generator().manual_seed(seed))
    image = levels.float() / 255
    assert torch.equal(load_image(encode_png(image)), image)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tiff", ".avif", ".heic"])
def test_transparency_is_kept(tmp_path, image, suffix):
    alpha = torch.linspace(0, 1, 32).expand(1, 1, 24, 32)
    path = tmp_path / f"cut{suffix}"
    assert save_image(path, image, alpha=alpha) == ()
    assert (as_picture(path).alpha - alpha).abs().max() < 0.03


def test_transparency_of_another_size_is_brought_to_the_image(tmp_path, image):
    alpha = torch.zeros(1, 1, 48, 64)
    alpha[..., 32:] = 1
    save_image(tmp_path / "cut.png", image, alpha=alpha)
    read = as_picture(tmp_path / "cut.png").alpha
    assert read.shape == (1, 1, 24, 32) and read[..., :15].max() == 0 and read[..., 17:].min() == 1


def test_jpeg_lies_on_white_and_says_so(tmp_path):
    alpha = torch.zeros(1, 1, 24, 32)
    alpha[..., 16:] = 1
    path = tmp_path / "cut.jpg"
    notes = save_image(path, torch.zeros(1, 3, 24, 32), alpha=alpha)
    assert len(notes) == 1 and "cut.jpg lies on white" in notes[0]
    image = load_image(path)
    assert image[..., :15].min() > 0.97 and image[..., 17:].max() < 0.03


def test_srgb_is_said(tmp_path, image):
    save_image(tmp_path / "a.png", image)
    assert b"sRGB" in (tmp_path / "a.png").read_bytes()[:80]
    for suffix in (".jpg", ".webp", ".tiff", ".avif"):
        save_image(tmp_path / f"a{suffix}", image)
        with PIL.Image.open(tmp_path / f"a{suffix}") as file:
            assert file.getexif().get_ifd(0x8769)[0xA001] == 1  # ColorSpace: sRGB


def test_the_same_picture_is_the_same_file(image):
    assert encode_png(image) == encode_png(image.clone())


def test_quality_counts(tmp_path, image):
    noise = torch.rand(1, 3, 48, 48, generator=torch.Generator().manual_seed(0))
    for suffix in (".jpg", ".webp", ".avif", ".heic"):
        sizes = []
        for quality in (20, 95):
            save_image(tmp_path / f"q{suffix}", noise, quality=quality)
            sizes.append((tmp_path / f"q{suffix}").stat().st_size)
        assert sizes[0] < 0.7 * sizes[1]
    for quality in (0, 101):
        with pytest.raises(ImageError, match="expected 1 to 100"):
            save_image(tmp_path / "q.jpg", image, quality=quality)


def test_devices_types_and_gradients(tmp_path, image, pixels):
    for each in (image.double(), image.clone().requires_grad_(), image.expand(1, 3, -1, -1)):
        save_image(tmp_path / "a.png", each)
        assert np.array_equal(np.asarray(PIL.Image.open(tmp_path / "a.png")), pixels)


class Standard:
    """Standard output that remembers."""

    def __init__(self, terminal=False, broken=False):
        self.buffer = io.BytesIO()
        self.isatty = lambda: terminal
        if broken:
            self.buffer.write = self.fail

    def fail(self, _):
        raise BrokenPipeError(32, "Broken pipe")


def test_a_dash_is_a_png_on_standard_output(monkeypatch, image):
    standard = Standard()
    monkeypatch.setattr(sys, "stdout", standard)
    assert save_image("-", image, metadata={"recipe": "x"}, protect=["-"]) == ()
    assert torch.equal(load_image(standard.buffer.getvalue()), image)


def test_standard_output_that_can_not_take_it(monkeypatch, image):
    monkeypatch.setattr(sys, "stdout", Standard(terminal=True))
    with pytest.raises(ImageError, match="is a terminal"):
        save_image("-", image)


# Nothing is lost and nothing half-written is left


@pytest.mark.parametrize("name", ["picture", "picture.gif", "picture.png.txt", ".png", "a.psd"])
def test_unknown_suffixes(tmp_path, image, name):
    with pytest.raises(ImageError, match=r"no known format; expected one of \.png, \.jpg"):
        save_image(tmp_path / name, image)


def test_missing_folder_and_folder(tmp_path, image):
    with pytest.raises(ImageError, match="doesn't exist"):
        save_image(tmp_path / "no" / "a.png", image)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(ImageError, match="is a folder"):
        save_image(tmp_path / "folder.png", image)
    assert not (tmp_path / "no").exists()


@pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="only Linux has /proc, where not even root may write"
)
def test_a_folder_of_the_system(image):
    with pytest.raises(ImageError, match=r"read-only|can't be saved"):
        save_image("/proc/picture.png", image)


def test_a_read_only_folder(monkeypatch, tmp_path, image):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(ImageError, match="is read-only"):
        save_image(tmp_path / "a.png", image)


def test_a_full_disk_keeps_the_old_picture(tmp_path):
    resource = pytest.importorskip("resource")
    path = tmp_path / "a.png"
    save_image(path, torch.zeros(1, 3, 32, 32))
    before = path.read_bytes()
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(ImageError, match=r"can't be saved \(File too large\)"):
            save_image(path, noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("moment", ["fsync", "replace"])
def test_an_interrupt_leaves_nothing(monkeypatch, tmp_path, image, moment):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, moment, interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_image(tmp_path / "a.png", image)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["itself", "relative", "symbolic", "hard", "dotted"])
def test_inputs_are_never_overwritten(monkeypatch, tmp_path, image, kind):
    monkeypatch.chdir(tmp_path)
    photo, output = tmp_path / "photo.png", tmp_path / "output.png"
    save_image(photo, image)
    before = photo.read_bytes()
    match kind:
        case "itself":
            output = photo
        case "relative":
            output = "photo.png"
        case "symbolic":
            output.symlink_to(photo)
        case "hard":
            output.hardlink_to(photo)
        case "dotted":
            output = tmp_path / ".." / tmp_path.name / "photo.png"
    for check in (
        lambda: save_image(output, 1 - image, protect=["-", "missing.png", photo]),
        lambda: check_output(output, [str(photo)]),
    ):
        with pytest.raises(ImageError, match=r"is the input .*photo\.png"):
            check()
    assert photo.read_bytes() == before


def test_other_files_are_replaced_through_links_and_keep_their_mode(tmp_path, image):
    target, link = tmp_path / "target.png", tmp_path / "link.png"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    save_image(link, image)
    assert link.is_symlink() and torch.equal(load_image(target), image)
    assert target.stat().st_mode & 0o777 == 0o640


def test_new_files_have_the_users_mode(tmp_path, image):
    old = os.umask(0o027)
    try:
        save_image(tmp_path / "a.png", image)
    finally:
        os.umask(old)
    assert (tmp_path / "a.png").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    "broken",
    [
        torch.full((1, 3, 20, 20), torch.nan),
        torch.full((1, 3, 20, 20), 1.5),
        torch.zeros(3, 20, 20),
        torch.zeros(1, 3, 0, 20),
    ],
)
def test_what_is_no_picture_is_not_saved(tmp_path, broken):
    with pytest.raises(ImageError):
        save_image(tmp_path / "a.png", broken)
    assert list(tmp_path.iterdir()) == []


def test_transparency_that_is_none(tmp_path, image):
    for alpha in (torch.full((1, 1, 24, 32), torch.nan), torch.full((1, 1, 24, 32), 7.0)):
        for name in ("a.png", "a.jpg"):
            with pytest.raises(ImageError, match="the transparency holds"):
                save_image(tmp_path / name, image, alpha=alpha)


def test_what_a_format_cannot_hold(tmp_path):
    strip = torch.zeros(1, 3, 1, 20000)  # WebP ends at 16383
    with pytest.raises(ImageError, match="can't be saved as WEBP"):
        save_image(tmp_path / "a.webp", strip)
    assert list(tmp_path.iterdir()) == []


def test_png_chunks_are_in_order(image):
    """The standard wants sRGB before the pixels."""
    data, kinds, place = encode_png(image, metadata={"recipe": 1}), [], 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        kinds.append(kind)
        place += 12 + length
    assert kinds[:3] == [b"IHDR", b"sRGB", b"iTXt"] and kinds[-1] == b"IEND"
