"""SSIM against its equation, told window by window, and against another program."""

import numpy as np
import pytest
import pytorch_msssim
import torch
from drawn import changed, clouds, luma, noise, plain

from impasto.evaluation.metrics.ssim import similarity, ssim


def gaussian_window():
    places = np.arange(11) - 5
    window = np.exp(-(places**2) / (2 * 1.5**2))
    window = np.outer(window, window)
    return window / window.sum()


def equation_13(x, y):
    """Wang et al. 2004: weighted statistics of each 11 x 11 window, eq. 14 to 16."""
    window, values = gaussian_window(), []
    for i in range(x.shape[0] - 10):
        for j in range(x.shape[1] - 10):
            a, b = x[i : i + 11, j : j + 11], y[i : i + 11, j : j + 11]
            ma, mb = (window * a).sum(), (window * b).sum()
            va, vb = (window * (a - ma) ** 2).sum(), (window * (b - mb) ** 2).sum()
            shared = (window * (a - ma) * (b - mb)).sum()
            luminance = (2 * ma * mb + 0.01**2) / (ma**2 + mb**2 + 0.01**2)
            values.append(luminance * (2 * shared + 0.03**2) / (va + vb + 0.03**2))
    return np.mean(values)


def test_is_the_papers_equation():
    photo = clouds(1, 24, 31)
    output = changed(photo)
    assert ssim(output, photo, photo) == pytest.approx(
        equation_13(luma(output), luma(photo)), abs=1e-9
    )


@pytest.mark.parametrize(("h", "w"), [(64, 64), (51, 90)])
def test_equals_pytorch_msssim(h, w):
    photo = clouds(2, h, w)
    output = changed(photo)
    planes = [torch.from_numpy(luma(image))[None, None] for image in (output, photo)]
    expected = pytorch_msssim.ssim(*planes, data_range=1.0).item()
    assert ssim(output, photo, photo) == pytest.approx(expected, abs=1e-6)


def test_without_luminance_the_means_do_not_count():
    x = luma(clouds(3, 40, 40))
    assert similarity(x, x + 0.3, luminance=False) == pytest.approx(1, abs=1e-9)
    assert similarity(x, x + 0.3) < 0.9


def test_fixed_points():
    photo = clouds(4, 30, 40)
    assert ssim(photo, photo, photo) == pytest.approx(1, abs=1e-12)
    assert ssim(1 - photo, photo, photo) < 0
    gray, lighter = plain(0.4), plain(0.6)
    expected = (2 * 0.24 + 1e-4) / (0.16 + 0.36 + 1e-4)  # only luminance is left
    assert ssim(gray, lighter, gray) == pytest.approx(expected, abs=1e-6)


def test_the_photo_takes_the_outputs_size():
    photo = clouds(5, 60, 80)
    assert ssim(photo[..., ::2, ::2], photo, photo) > 0.3 > ssim(noise(6, 30, 40), photo, photo)


def test_a_picture_smaller_than_the_window_is_refused():
    with pytest.raises(ValueError, match=r"the output is 40 pixels wide and 10 pixels high.* 11"):
        ssim(noise(7, 10, 40), noise(8, 64, 64), noise(8, 9, 9))
