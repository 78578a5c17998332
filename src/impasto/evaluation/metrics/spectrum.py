"""How rough the picture is at every scale, without any network."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.remember import remembered
from impasto.evaluation.views import with_style
from impasto.images.color import luma_601

LEAST = 32
"""Pixels of a side: at less there are no three octaves to look at."""
LOWEST, HIGHEST, PER_OCTAVE = -4, -1, 4
"""Octaves of cycles per pixel, from strokes of 16 pixels to the finest grain, and bands in each."""
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
    here, there = (spectrum(image) for image in with_style(output, style, LEAST))
    return abs(slope(here) - slope(there))


def spectrum_distance(output: Image, content: Image, style: Image) -> float:
    """Return the root mean square difference of log power over twelve bands, in dB; 0 if equal.

    Raises:
        ImageError: a side is shorter than 32 pixels.
    """
    here, there = (spectrum(image) for image in with_style(output, style, LEAST))
    return 10 * (here - there).square().mean().sqrt().item()


@remembered(4)
def spectrum(image: Image) -> Float[Tensor, " bands"]:
    """Return log10 of the mean power of luma in each band, float64.

    A Hann window keeps the picture's borders, which are edges of no object, out of it.
    """
    luma = luma_601(image.double())[0, 0]
    down, across = (torch.hann_window(side).to(luma) for side in luma.shape)
    window = torch.outer(down, across)
    mean = (luma * window).sum() / window.sum()
    power = torch.fft.fft2((luma - mean) * window).abs().square() / window.square().sum()
    rows, columns = (torch.fft.fftfreq(side, dtype=luma.dtype) for side in luma.shape)
    edges = band_edges()
    band = torch.bucketize(torch.hypot(rows[:, None], columns), edges) - 1
    inside = (band >= 0) & (band < len(edges) - 1)
    sums = torch.zeros(len(edges) - 1).to(luma).index_add(0, band[inside], power[inside])
    return (sums / torch.bincount(band[inside]) + FLOOR).log10()


def band_edges() -> Float[Tensor, " edges"]:
    """Return where bands begin and end, in cycles per pixel."""
    count = (HIGHEST - LOWEST) * PER_OCTAVE + 1
    return torch.exp2(torch.linspace(LOWEST, HIGHEST, count, dtype=torch.float64))


def slope(power: Float[Tensor, " bands"]) -> float:
    """Return the slope of the straight line through log10 power over log10 frequency."""
    edges = band_edges()
    x = (edges[1:] * edges[:-1]).sqrt().log10()
    x = x - x.mean()
    return ((x * power).sum() / x.square().sum()).item()
