"""The Fréchet distance between Gaussians that describe the features of output and painting."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import with_style
from impasto.evaluation.vision import moments
from impasto.features.statistics import covariance
from impasto.networks.vgg import stride

SIFID_LAYER = "relu3_3"
"""256 channels, which 512 x 512 pixels give 16,384 positions for; none of our own recipes optimizes
it."""


def moment_distance(output: Image, content: Image, style: Image, *, layer: str) -> float:
    """Return the Fréchet distance at a layer of VGG-16, divided by the painting's own energy.

    The energy is tr(Σ) + |μ|², the distance to nothing at all. 0 for the painting's statistics.
    Paper: the style loss of mean and covariance, as in Vacher et al., NeurIPS 2020.

    Raises:
        ImageError: a side is too short for the layer.
    """
    pictures = with_style(output, style, stride(layer))
    here, there = (moments(image, layer) for image in pictures)
    distance = frechet(here.mean, covariance(here), there.mean, covariance(there))
    return distance / there.second.trace().item()


def vgg_sifid(output: Image, content: Image, style: Image) -> float:
    """Return the Fréchet distance at relu3_3 of VGG-16, divided by the painting's own energy.

    Paper: Shaham, Dekel and Michaeli, "SinGAN", ICCV 2019, call the same formula on the first block
    of Inception SIFID. This is not Inception, so it is not SIFID.
    Differs: relative, because VGG's features are in the thousands and a smooth painting has less of
    them than a rough one.

    Raises:
        ImageError: a side is shorter than 4 pixels.
    """
    return moment_distance(output, content, style, layer=SIFID_LAYER)


def frechet(
    mean: Float[Tensor, " c"],
    covariance: Float[Tensor, "c c"],
    other_mean: Float[Tensor, " c"],
    other_covariance: Float[Tensor, "c c"],
) -> float:
    """Return |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₂^½ Σ₁ Σ₂^½)^½), singular or not.

    The trace of that root is the sum of the singular values of Aᵀ B, for any Σ₁ = A Aᵀ and
    Σ₂ = B Bᵀ. Nothing is squared on the way, so that all digits are right and equal Gaussians give
    zero.
    Paper: Dowson and Landau, Journal of Multivariate Analysis 12, 1982, eq. 4.
    """
    crossed = torch.linalg.svdvals(_factor(covariance).T @ _factor(other_covariance)).sum()
    spread = covariance.trace() + other_covariance.trace() - 2 * crossed
    return max(((mean - other_mean).square().sum() + spread).item(), 0.0)


def frechet_of_rows(here: Float[Tensor, "n c"], there: Float[Tensor, "m c"]) -> float:
    """Return the Fréchet distance of the Gaussians of two sets of at least two rows, in float64.

    Covariances are divided by n - 1, as everyone's FID divides them. Centered rows are a factor of
    theirs, so that no matrix is larger than n x m.
    """
    means = [found.double().mean(0) for found in (here, there)]
    a, b = (
        (found.double() - mean) / (len(found) - 1) ** 0.5
        for found, mean in zip((here, there), means, strict=True)
    )
    spread = a.square().sum() + b.square().sum() - 2 * torch.linalg.svdvals(a @ b.T).sum()
    return max(((means[0] - means[1]).square().sum() + spread).item(), 0.0)


def _factor(covariance: Float[Tensor, "c c"]) -> Float[Tensor, "c c"]:
    variances, directions = torch.linalg.eigh(covariance)
    return directions * variances.clamp(min=0).sqrt()
