"""The Fréchet distance between Gaussians that describe the features of output and painting."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import style_for
from impasto.evaluation.vision import features, rows

SIFID_LAYER = "relu3_3"
"""256 channels, which 512 x 512 pixels give 16,384 positions for; no recipe here optimizes it."""


def moment_distance(output: Image, content: Image, style: Image, *, layer: str) -> float:
    """Return the Fréchet distance at a layer of VGG-16, divided by the painting's own energy.

    The energy is tr(Σ) + |μ|², the distance to nothing at all. 0 for the painting's statistics.
    Paper: the style loss of mean and covariance, as in Vacher et al., NeurIPS 2020.

    Raises:
        ValueError: a side is too short for the layer.
    """
    here, there = _pair(output, style, layer)
    mean, covariance = there
    return frechet(*here, *there) / (covariance.trace() + mean.square().sum()).item()


def vgg_sifid(output: Image, content: Image, style: Image) -> float:
    """Return the Fréchet distance at relu3_3 of VGG-16.

    Paper: Shaham, Dekel and Michaeli, "SinGAN", ICCV 2019, call the same formula on the first block
    of Inception SIFID. This is not Inception, so it is not SIFID.

    Raises:
        ValueError: a side is shorter than 4 pixels.
    """
    here, there = _pair(output, style, SIFID_LAYER)
    return frechet(*here, *there)


def frechet(
    mean: Float[Tensor, " c"],
    covariance: Float[Tensor, "c c"],
    other_mean: Float[Tensor, " c"],
    other_covariance: Float[Tensor, "c c"],
) -> float:
    """Return |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₂^½ Σ₁ Σ₂^½)^½), exactly, singular or not.

    Paper: Dowson and Landau, Journal of Multivariate Analysis 12, 1982, eq. 4.
    """
    root = _root(other_covariance)
    crossed = torch.linalg.eigvalsh(root @ covariance @ root).clamp(min=0).sqrt().sum()
    spread = covariance.trace() + other_covariance.trace() - 2 * crossed
    return max(((mean - other_mean).square().sum() + spread).item(), 0.0)


def gaussian(found: Float[Tensor, "n c"]) -> tuple[Float[Tensor, " c"], Float[Tensor, "c c"]]:
    """Return mean and covariance (divided by n) of rows, in float64."""
    wide = found.double()
    mean = wide.mean(0)
    centered = wide - mean
    return mean, centered.T @ centered / len(wide)


def _pair(output: Image, style: Image, layer: str) -> list[tuple[Tensor, Tensor]]:
    pictures = (output, style_for(output, style))
    return [gaussian(rows(features(image, layer))) for image in pictures]


def _root(covariance: Float[Tensor, "c c"]) -> Float[Tensor, "c c"]:
    variances, directions = torch.linalg.eigh(covariance)
    return directions * variances.clamp(min=0).sqrt() @ directions.T
