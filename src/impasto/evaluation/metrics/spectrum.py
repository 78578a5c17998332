"""How rough the picture is at every scale, without any network."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import style_for
from impasto.images.color import luma_601
from impasto.images.picture import check_side

LEAST = 32
"""Pixels of a side: at less there are no three octaves to look at."""
LOWEST, HIGHEST, BANDS = 1 / 16, 1 / 2, 12
"""Cycles per pixel from strokes of 16 pixels to the finest grain, in quarter octaves."""
FLOOR = 1e-12
"""Added to a power, so that a plain picture has a logarithm: far below the rounding of 8 bits."""


def slope_distance(output: Image, content: Image, style: Image) -> float:
    """Return the absolute difference of the slopes of log power over log frequency; 0 if equal.

    Natural pictures and paintings have slopes about -2; grain flattens it, a blur makes it steeper.
    Paper: Redies, Hänisch, Blickhan and Denzler, "Artists portray human faces with the Fourier
    statistics of complex natural scenes", Network 18, 2007.

    Raises:
        ImageError: a side is shorter than 32 pixels.
    """
    frequencies, here, there = _pair(output, style)
    return abs(slope(frequencies, here) - slope(frequencies, there))


def spectrum_distance(output: Image, content: Image, style: Image) -> float:
    """Return the root mean square difference of log power over twelve bands, in dB; 0 if equal.

    Raises:
        ImageError: a side is shorter than 32 pixels.
    """
    _, here, there = _pair(output, style)
    return 10 * (here - there).square().mean().sqrt().item()


def spectrum(image: Image) -> tuple[Float[Tensor, " bands"], Float[Tensor, " bands"]]:
    """Return the middle frequencies of the bands, and log10 of the mean power of luma in each.

    A Hann window keeps the picture's borders, which are edges of no object, out of it.
    """
    luma = luma_601(image.double())[0, 0]
    h, w = luma.shape
    window = torch.outer(
        torch.hann_window(h, dtype=luma.dtype), torch.hann_window(w, dtype=luma.dtype)
    )
    mean = (luma * window).sum() / window.sum()
    power = torch.fft.fft2((luma - mean) * window).abs().square() / window.square().sum()
    radius = torch.hypot(
        torch.fft.fftfreq(h, dtype=luma.dtype)[:, None], torch.fft.fftfreq(w, dtype=luma.dtype)
    )
    edges = torch.logspace(
        *(torch.tensor([LOWEST, HIGHEST]).log2().tolist()), BANDS + 1, base=2, dtype=luma.dtype
    )
    band = torch.bucketize(radius, edges) - 1
    inside = (band >= 0) & (band < BANDS)
    sums = torch.zeros(BANDS, dtype=luma.dtype).index_add(0, band[inside], power[inside])
    counts = torch.bincount(band[inside], minlength=BANDS).clamp(min=1)
    return (edges[1:] * edges[:-1]).sqrt(), (sums / counts + FLOOR).log10()


def slope(frequencies: Float[Tensor, " bands"], power: Float[Tensor, " bands"]) -> float:
    """Return the slope of the straight line through log power over log frequency."""
    x = frequencies.log10() - frequencies.log10().mean()
    return ((x * power).sum() / x.square().sum()).item()


def _pair(output: Image, style: Image) -> tuple[Tensor, Tensor, Tensor]:
    painting = style_for(output, style)
    for image, name in ((output, "the output"), (painting, "the style")):
        check_side(image, name, LEAST)
    (frequencies, here), (_, there) = spectrum(output), spectrum(painting)
    return frequencies, here, there
