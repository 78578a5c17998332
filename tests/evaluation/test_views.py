"""Pictures brought to sizes at which they can be compared."""

import pytest
import torch

from impasto.evaluation.measure import find_metrics, measure
from impasto.evaluation.views import (
    LARGEST,
    comparable,
    lumas,
    scaled,
    with_content,
    with_longer_side,
    with_style,
)
from impasto.images.read import load_image
from impasto.images.resize import resize
from impasto.images.write import save_image


def noise(seed, h, w):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng)


def test_the_photo_takes_the_outputs_size():
    output, photo = noise(1, 30, 50), noise(2, 90, 100)
    here, there = with_content(output, photo)
    assert here is output and there.shape == output.shape
    assert with_content(output, output)[1] is output


@pytest.mark.parametrize(
    ("style", "painting"), [((100, 50), (60, 30)), ((20, 200), (6, 60)), ((60, 60), (60, 60))]
)
def test_the_painting_keeps_its_proportions(style, painting):
    output = noise(3, 40, 60)
    here, there = with_style(output, noise(4, *style))
    assert here is output and there.shape[-2:] == painting


def test_luma_is_bt601_in_float64():
    output, photo = noise(5, 4, 6), noise(6, 4, 6)
    here, there = lumas(output, photo)
    weights = torch.tensor([0.299, 0.587, 0.114]).double()
    for luma, image in ((here, output), (there, photo)):
        expected = torch.einsum("c,chw->hw", weights, image[0].double())
        assert luma.dtype == torch.float64 and torch.allclose(luma, expected)


def test_what_is_too_small_is_named():
    small, large = noise(7, 9, 12), noise(8, 40, 40)
    with pytest.raises(ValueError, match=r"^the output is 12 pixels wide and 9 pixels high.* 10"):
        with_content(small, large, 10)
    with pytest.raises(ValueError, match=r"^the output is 12 pixels wide"):
        with_style(small, large, 10)
    with pytest.raises(ValueError, match=r"^the painting, .*, is 40 pixels wide and 4 pixels high"):
        with_style(large, noise(9, 10, 100), 10)
    assert lumas(small, large, 9)[0].shape == (9, 12)


def test_what_has_the_size_is_taken_as_it_is(photo):
    assert scaled(photo, (40, 56)) is photo
    assert with_longer_side(photo, 56) is photo
    widest = torch.zeros(1, 3, 2, LARGEST)
    assert comparable(widest, photo, photo)[0].shape == widest.shape


def test_a_resized_picture_is_what_a_file_gives_back(photo, tmp_path):
    small = with_longer_side(photo, 31)
    assert small.shape[-2:] == (22, 31)
    assert not torch.equal(small, resize(photo, (22, 31)))
    save_image(tmp_path / "small.png", resize(photo, (22, 31)))
    assert torch.equal(small, load_image(tmp_path / "small.png"))


def test_the_photo_saved_at_another_size_is_the_photo(photo, painting, tmp_path):
    """What makes the controls of a table ideal to the last bit."""
    save_image(tmp_path / "small.png", resize(photo, (22, 31)))
    output = load_image(tmp_path / "small.png")
    found = measure(output, photo, painting, find_metrics(["psnr", "ssim"]))
    assert found.numbers == {"psnr": 100.0, "ssim": 1.0}
    small, same, other = comparable(output, photo, painting)
    assert torch.equal(small, same)
    assert max(other.shape[-2:]) == 31
