"""Time-lapses."""

import numpy as np
import PIL.Image
import pytest
import torch

from impasto.images.animation import HOLD_SECONDS, check_animation_output, save_animation
from impasto.images.picture import ImageError


def frames_of(path):
    with PIL.Image.open(path) as file:
        for index in range(file.n_frames):
            file.seek(index)
            yield np.asarray(file.convert("RGB")).astype(int), file.info["duration"]


def test_frames_times_and_colors(tmp_path, image):
    path = tmp_path / "a.gif"
    mixes = [torch.lerp(image, 1 - image, share) for share in (0.0, 0.3, 0.6, 1.0)]
    save_animation(path, mixes, 0.12)
    shown = list(frames_of(path))
    assert [duration for _, duration in shown] == [120, 120, 120, 1000 * HOLD_SECONDS]
    for (levels, _), mix in zip(shown, mixes, strict=True):
        wanted = (mix[0] * 255).permute(1, 2, 0).numpy()
        assert np.abs(levels - wanted).mean() < 3
    with PIL.Image.open(path) as file:
        assert file.info["loop"] == 0 and file.size == (32, 24)
    assert list(tmp_path.iterdir()) == [path]


def test_growing_frames_have_the_size_of_the_last(tmp_path, image):
    save_animation(tmp_path / "a.gif", [torch.zeros(1, 3, 6, 8), 1 - image, image], 0.1)
    assert {levels.shape for levels, _ in frames_of(tmp_path / "a.gif")} == {(24, 32, 3)}


def test_one_frame_and_a_picture_that_stands_still(tmp_path, image):
    save_animation(tmp_path / "one.gif", [image], 0.1)
    save_animation(tmp_path / "still.gif", [image] * 5, 0.1)
    assert sum(duration for _, duration in frames_of(tmp_path / "still.gif")) == 2400


@pytest.mark.parametrize("seconds", [0.0, 0.01, -1.0, float("nan")])
def test_frames_that_are_too_fast(tmp_path, image, seconds):
    with pytest.raises(ImageError, match=r"expected at least 0\.02"):
        save_animation(tmp_path / "a.gif", [image, image], seconds)


def test_what_is_no_animation(tmp_path, image):
    with pytest.raises(ImageError, match=r"ends in \.gif"):
        save_animation(tmp_path / "a.png", [image], 0.1)
    with pytest.raises(ImageError, match="no frames"):
        save_animation(tmp_path / "a.gif", [], 0.1)
    with pytest.raises(ImageError, match="a frame holds NaN"):
        save_animation(tmp_path / "a.gif", [image * torch.nan, image], 0.1)
    with pytest.raises(ImageError, match="doesn't exist"):
        check_animation_output(tmp_path / "no" / "a.gif")
    assert list(tmp_path.iterdir()) == []


def test_inputs_are_never_overwritten(tmp_path, image):
    save_animation(tmp_path / "a.gif", [image], 0.1)
    with pytest.raises(ImageError, match="is the input"):
        save_animation(tmp_path / "a.gif", [1 - image], 0.1, protect=[tmp_path / "a.gif"])
