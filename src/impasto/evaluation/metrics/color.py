"""Whether the colors are the painting's."""

import math

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.metrics.sliced_wasserstein import wasserstein2
from impasto.evaluation.remember import remembered
from impasto.evaluation.views import with_style
from impasto.images.color import srgb_to_lab
from impasto.images.resize import size_of

DIRECTIONS = 64
AT_ONCE = 8  # directions: 32 MB per megapixel

BINS, REACH, WIDTH = 64, 3.0, 0.02
"""The histogram's bins along each axis, where they end, and the fall-off of a pixel's share."""
HISTOGRAM_SIDE = 150
"""Pixels: longer sides are shrunk to it, to bound time and memory, as the paper's program does."""
DARKEST = 1e-6


def color_distance(output: Image, content: Image, style: Image) -> float:
    """Return the sliced Wasserstein-2 distance of colors in CIELAB, in units of ΔE; 0 if equal.

    Two plain colors are exactly as far apart as their ΔE (1976). The directions lie on a Fibonacci
    lattice over the sphere, so that nothing is drawn at random.
    Paper: Rabin, Peyré, Delon and Bernot, "Wasserstein barycenter and its application to texture
    mixing", SSVM 2011, eq. 3.
    Differs: for the sake of ΔE the directions are about √3 long, and not unit vectors.
    """
    here, there = (
        srgb_to_lab(image.double())[0].flatten(1).float() for image in with_style(output, style)
    )
    squared = [wasserstein2(some @ here, some @ there) for some in lattice().float().split(AT_ONCE)]
    return math.sqrt(torch.cat(squared).mean().item())


def lattice() -> Float[Tensor, "k 3"]:
    """Return directions v spread evenly over half a sphere: a direction and its opposite agree.

    Their mean of v vᵀ is the identity, so that the mean square of a vector's projections is its own
    square whichever way it points. For that they are √3 long, give or take two hundredths.
    """
    index = torch.arange(DIRECTIONS, dtype=torch.float64) + 0.5
    height = index / DIRECTIONS
    angle = math.pi * (1 + math.sqrt(5)) * index
    radius = (1 - height**2).sqrt()
    vectors = torch.stack([radius * angle.cos(), radius * angle.sin(), height], dim=1)
    spreads, axes = torch.linalg.eigh(vectors.T @ vectors / DIRECTIONS)
    return vectors @ (axes * spreads.rsqrt()) @ axes.T


def histogram_distance(output: Image, content: Image, style: Image) -> float:
    """Return the Hellinger distance of RGB-uv histograms, in [0, 1]; 0 if equal.

    Paper: Afifi, Brubaker and Brown, "HistoGAN", CVPR 2021, eq. 1 to 4.
    Differs: their program shrinks without anti-aliasing.
    """
    here, there = (uv_histogram(image) for image in with_style(output, style))
    return ((here.sqrt() - there.sqrt()).square().sum() / 2).sqrt().item()


@remembered(4)
def uv_histogram(image: Image) -> Float[Tensor, "3 bins bins"]:
    """Return how bright each chroma is, for each channel against the other two; sums to 1.

    A black picture has no chroma, and an even histogram.
    """
    size = [min(side, HISTOGRAM_SIDE) for side in size_of(image)]
    colors = F.interpolate(image.double(), size, mode="bilinear", antialias=True)[0].flatten(1)
    brightness = colors.square().sum(0).sqrt()
    logs = (colors + DARKEST).log()
    bins = torch.linspace(-REACH, REACH, BINS, dtype=torch.float64)
    planes: list[Tensor] = []
    for first, second, third in ((0, 1, 2), (1, 0, 2), (2, 0, 1)):
        u, v = logs[first] - logs[second], logs[first] - logs[third]
        near_u, near_v = (1 / (1 + ((value[:, None] - bins) / WIDTH).square()) for value in (u, v))
        planes.append((brightness[:, None] * near_u).T @ near_v)
    histogram = torch.stack(planes)
    total = histogram.sum()
    return histogram / total if total > 0 else torch.full_like(histogram, 1 / histogram.numel())
