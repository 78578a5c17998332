"""The spectrum against a discrete Fourier transform written out."""

import numpy as np
import pytest
import torch
from drawn import clouds, luma, noise, plain
from scipy.signal.windows import hann

from impasto.evaluation.metrics.spectrum import (
    band_edges,
    slope,
    slope_distance,
    spectrum,
    spectrum_distance,
)


def bands(image):
    """Mean power in quarter octaves from 1/16 to 1/2 cycles per pixel, frequency by frequency."""
    plane = luma(image)
    h, w = plane.shape
    window = np.outer(hann(h, sym=False), hann(w, sym=False))
    plane = (plane - (plane * window).sum() / window.sum()) * window
    rows = np.exp(-2j * np.pi * np.outer(np.arange(h), np.arange(h)) / h)
    columns = np.exp(-2j * np.pi * np.outer(np.arange(w), np.arange(w)) / w)
    power = np.abs(rows @ plane @ columns) ** 2 / (window**2).sum()
    found = [[] for _ in range(12)]
    for i in range(h):
        for j in range(w):
            radius = np.hypot(min(i, h - i) / h, min(j, w - j) / w)
            band = int(np.ceil(np.log2(radius * 16) * 4)) - 1 if radius else -1
            if 0 <= band < 12:
                found[band].append(power[i, j])
    return np.log10([np.mean(each) for each in found])


@pytest.mark.parametrize(("h", "w"), [(37, 45), (50, 33)])
def test_is_the_mean_power_of_each_band(h, w):
    image = clouds(1, h, w)
    np.testing.assert_allclose(spectrum(image), bands(image), atol=1e-6)


def test_no_band_is_empty():
    """Each holds a frequency, whatever the size: otherwise its mean would be no number."""
    image = noise(2, 96, 96)
    for side in range(32, 97):
        assert spectrum(image[..., :side, : 128 - side]).isfinite().all()


def test_distances_are_those_of_the_bands():
    output, style = noise(3, 40, 40), clouds(4, 40, 40)
    here, there = bands(output), bands(style)
    expected = 10 * np.sqrt(((here - there) ** 2).mean())
    assert spectrum_distance(output, output, style) == pytest.approx(expected, abs=1e-5)
    edges = band_edges().numpy()
    x = np.log10(np.sqrt(edges[1:] * edges[:-1]))
    slopes = np.polyfit(x, here, 1)[0], np.polyfit(x, there, 1)[0]
    ours = slope_distance(output, output, style)
    assert ours == pytest.approx(abs(slopes[0] - slopes[1]), abs=1e-5)


def test_noise_of_a_known_slope_has_that_slope():
    rng = np.random.default_rng(5)
    rows, columns = np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256)
    radius = np.hypot(rows, columns)
    radius[0, 0] = 1
    plane = np.fft.ifft2(np.fft.fft2(rng.normal(size=(256, 256))) / radius).real
    plane = 0.5 + 0.1 * plane / plane.std()
    image = torch.from_numpy(plane).float().expand(1, 3, 256, 256)
    assert slope(spectrum(image)) == pytest.approx(-2, abs=0.1)


def test_fixed_points():
    style, gray = clouds(6, 40, 50), plain(0.3)
    for measure in (slope_distance, spectrum_distance):
        assert measure(style, style, style) == 0
        assert measure(gray, gray, gray) == pytest.approx(0, abs=1e-9)
        assert np.isfinite(measure(gray, style, style))
        with pytest.raises(ValueError, match=r"40 pixels wide and 31 pixels high.* at least 32"):
            measure(noise(7, 31, 40), style, style)
