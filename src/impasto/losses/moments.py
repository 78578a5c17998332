"""The Wasserstein-2 distance between two Gaussians that describe the features of two pictures."""

from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor

from impasto.features.sqrtm import sqrtm
from impasto.features.statistics import Moments, covariance

JITTER = 1e-4
"""Added to a covariance's diagonal: features after a ReLU have dead channels, whose square root has
no gradient. Small against the variances of VGG features, of order 1 (torchvision's weights) to 1e5
(Simonyan and Zisserman's)."""


class Gaussian(NamedTuple):
    """A target: its mean μ (c,), covariance Σ (c, c) and Σ^½, which is costly and needed once."""

    mean: Float[Tensor, " c"]
    covariance: Float[Tensor, "c c"]
    root: Float[Tensor, "c c"]


def gaussian(measured: Moments) -> Gaussian:
    """Prepare moments as a target of `wasserstein2`."""
    sigma = covariance(measured, JITTER)
    return Gaussian(measured.mean, sigma, sqrtm(sigma))


def wasserstein2(measured: Moments, target: Gaussian) -> Float[Tensor, ""]:
    """Return mean (μ - μₛ)² + mean diag(Σ + Σₛ - 2 (Σₛ^½ Σ Σₛ^½)^½).

    This is the squared Wasserstein-2 (Bures) distance of two Gaussians divided by the number of
    channels. Paper: Olkin and Pukelsheim, Linear Algebra and its Applications 48, 1982; as a style
    loss in Vacher et al., "Texture interpolation for probing visual perception", NeurIPS 2020.
    """
    sigma = covariance(measured, JITTER)
    cross = sqrtm(target.root @ sigma @ target.root)
    spread = (sigma + target.covariance - 2 * cross).diagonal().mean()
    return (measured.mean - target.mean).square().mean() + spread
