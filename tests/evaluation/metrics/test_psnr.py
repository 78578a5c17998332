"""PSNR against scikit-image."""

import pytest
from drawn import changed, clouds, noise, plain
from skimage.metrics import peak_signal_noise_ratio

from impasto.evaluation.metrics.psnr import psnr


def test_equals_scikit_image():
    photo = clouds(1, 20, 30)
    output = changed(photo)
    expected = peak_signal_noise_ratio(
        photo.double().numpy(), output.double().numpy(), data_range=1
    )
    assert psnr(output, photo, photo) == pytest.approx(expected, abs=1e-6)


def test_fixed_points():
    photo = clouds(2, 8, 9)
    assert psnr(photo, photo, photo) == 100
    assert psnr(plain(0), plain(1), plain(0)) == 0
    assert psnr(plain(0.5), plain(0.4), plain(0)) == pytest.approx(20, abs=1e-5)
    assert psnr(noise(3, 1, 1), photo, photo) > 0  # one pixel against the photo's mean
