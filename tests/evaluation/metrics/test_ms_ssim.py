"""MS-SSIM against another program."""

import numpy as np
import pytest
import pytorch_msssim
import torch
from drawn import changed, clouds, luma, noise

from impasto.evaluation.metrics.ms_ssim import WEIGHTS, ms_ssim
from impasto.evaluation.metrics.ssim import similarity


@pytest.mark.parametrize(("h", "w"), [(176, 192), (240, 208)])
def test_equals_pytorch_msssim(h, w):
    """At sizes that can be halved four times; elsewhere it pads with black, and we leave out."""
    photo = clouds(1, h, w)
    output = changed(photo)
    planes = [torch.from_numpy(luma(image))[None, None] for image in (output, photo)]
    expected = pytorch_msssim.ms_ssim(*planes, data_range=1.0).item()
    assert 0.1 < expected < 0.99
    assert ms_ssim(output, photo, photo) == pytest.approx(expected, abs=1e-6)


def halved(plane):
    h, w = (side // 2 * 2 for side in plane.shape)
    return plane[:h, :w].reshape(h // 2, 2, w // 2, 2).mean((1, 3))


def test_odd_sides_lose_their_last_row_or_column():
    photo = clouds(2, 179, 191)
    output = changed(photo)
    x, y = luma(output), luma(photo)
    terms = []
    for scale in range(5):
        terms.append(similarity(x, y, luminance=scale == 4))
        x, y = halved(x), halved(y)
    expected = np.prod(np.array(terms) ** np.array(WEIGHTS))
    assert ms_ssim(output, photo, photo) == pytest.approx(expected, abs=1e-9)


def test_fixed_points():
    photo = clouds(3, 176, 176)
    assert ms_ssim(photo, photo, photo) == pytest.approx(1, abs=1e-12)
    assert ms_ssim(1 - photo, photo, photo) == 0  # all structure is reversed
    assert ms_ssim(photo * 0 + 0.5, photo, photo) < 0.5


def test_too_small_for_five_scales_is_refused():
    with pytest.raises(ValueError, match=r"200 pixels wide and 175 pixels high.* at least 176"):
        ms_ssim(noise(4, 175, 200), noise(5, 64, 64), noise(6, 9, 9))
