"""VIF against another program."""

import math

import pytest
import torch
from drawn import changed, clouds, luma, noise, plain
from torchmetrics.functional.image import visual_information_fidelity

from impasto.evaluation.metrics.vif import vif


@pytest.mark.parametrize(("h", "w"), [(41, 41), (64, 97)])
@pytest.mark.parametrize("amount", [0.0, 0.1, 0.9])
def test_equals_torchmetrics(h, w, amount):
    photo = clouds(1, h, w)
    output = changed(photo, amount)
    planes = [torch.from_numpy(255 * luma(image))[None, None] for image in (output, photo)]
    expected = visual_information_fidelity(*planes).item()
    assert vif(output, photo, photo) == pytest.approx(expected, abs=1e-6)


def test_half_plain_pictures_equal_torchmetrics():
    photo = clouds(2, 60, 60)
    output = changed(photo, 0.05)
    photo[..., :20], output[..., 40:] = 0.5, 0.25
    planes = [torch.from_numpy(255 * luma(image))[None, None] for image in (output, photo)]
    expected = visual_information_fidelity(*planes).item()
    assert 0.01 < expected < 0.9
    assert vif(output, photo, photo) == pytest.approx(expected, abs=1e-6)


def test_fixed_points():
    photo = 0.25 + 0.5 * clouds(3, 64, 64)
    assert vif(photo, photo, photo) == pytest.approx(1, abs=1e-6)
    assert vif(plain(0.5, 64, 64), photo, photo) == pytest.approx(0, abs=1e-6)
    assert vif(2 * photo - 0.5, photo, photo) > 1.1  # with more contrast more is seen


def test_a_plain_photo_has_no_information():
    assert math.isnan(vif(clouds(4, 50, 50), plain(1 / 3), plain(0)))


def test_too_small_is_refused():
    with pytest.raises(ValueError, match=r"40 pixels wide and 64 pixels high.* at least 41"):
        vif(noise(5, 64, 40), noise(6, 64, 64), noise(7, 9, 9))
