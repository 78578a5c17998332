"""Maps that give features the statistics of others in closed form: y = A f + b at every position.

Both transfers of style in one pass are such maps, one of each channel by itself (AdaIN), one of all
together (WCT). So are their mixtures, and any share of them between the photo's own features and
the painting's: what blends styles blends matrices, once, whatever the size of the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.features.statistics import Moments, covariance, moments

EPSILON = 1e-5
"""Of both published systems: added to a variance (AdaIN), and the least eigenvalue that counts."""


@dataclass(frozen=True)
class Affine:
    """The map f -> A f + b of features with c channels, in float64."""

    matrix: Float[Tensor, "c c"]
    offset: Float[Tensor, " c"]

    def __call__(self, features: Float[Tensor, "1 c h w"]) -> Float[Tensor, "1 c h w"]:
        """Return the features after it, in their own type; the product is made in float32."""
        wide = torch.promote_types(features.dtype, torch.float32)
        rows = features[0].permute(1, 2, 0).to(wide)
        mapped = rows @ self.matrix.T.to(rows) + self.offset.to(rows)
        return mapped.to(features.dtype).permute(2, 0, 1).unsqueeze(0)


def identity(channels: int) -> Affine:
    """Return the map that leaves features as they are."""
    return Affine(
        torch.eye(channels, dtype=torch.float64), torch.zeros(channels, dtype=torch.float64)
    )


def blend(shares: Sequence[float], maps: Sequence[Affine]) -> Affine:
    """Return Σ sᵢ (Aᵢ f + bᵢ): what the features after each map would be, mixed."""
    matrix = torch.stack([s * each.matrix for s, each in zip(shares, maps, strict=True)]).sum(0)
    offset = torch.stack([s * each.offset for s, each in zip(shares, maps, strict=True)]).sum(0)
    return Affine(matrix, offset)


class Sample(NamedTuple):
    """Moments, and over how many positions they were taken."""

    moments: Moments
    positions: int


def sample_of(features: Float[Tensor, "1 c h w"]) -> Sample:
    """Return the statistics of features over all positions."""
    return Sample(moments(features), features[0, 0].numel())


def adain(own: Sample, wanted: Sample) -> Affine:
    """Return the map that gives each channel the mean and the deviation of another picture's.

    Paper: Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance
    normalization", ICCV 2017, eq. 8: σ(y) (x - μ(x)) / σ(x) + μ(y). As in their code the variance
    is that of a sample, n / (n - 1) of the moments', and 1e-5 is added to it; so the numbers of
    positions are needed.
    """
    scale = _deviation(wanted) / _deviation(own)
    offset = wanted.moments.mean.double() - scale * own.moments.mean.double()
    return Affine(scale.diag(), offset)


def _deviation(sample: Sample) -> Float[Tensor, " c"]:
    measured, positions = sample
    variance = measured.second.diagonal().double() - measured.mean.double().square()
    return (variance.clamp(min=0) * positions / max(1, positions - 1) + EPSILON).sqrt()


def whiten_color(own: Sample, wanted: Sample, *, identity_term: float = 0.0) -> Affine:
    """Return the map that gives features the mean and the covariance of another picture's.

    Paper: Li, Fang, Yang, Wang, Lu and Yang, "Universal style transfer via feature transforms",
    NeurIPS 2017, eq. 3 and 4: f ↦ E_s D_s^½ E_sᵀ E_c D_c^-½ E_cᵀ (f - μ_c) + μ_s, from the
    eigenvectors E and eigenvalues D of both covariances. Directions in which there is next to
    nothing are left out, as there; `identity_term` times the identity is added to the photo's
    covariance by some programs, which keeps faint ones faint.
    """
    sigma = covariance(_double(own.moments), identity_term)
    root = _power(covariance(_double(wanted.moments)), 0.5)
    matrix = root @ _power(sigma, -0.5)
    offset = wanted.moments.mean.double() - matrix @ own.moments.mean.double()
    return Affine(matrix, offset)


def _double(measured: Moments) -> Moments:
    return Moments(measured.mean.double(), measured.second.double())


def _power(sigma: Float[Tensor, "c c"], exponent: float) -> Float[Tensor, "c c"]:
    """Return a covariance to a power, on the directions in which there is anything."""
    values, vectors = torch.linalg.eigh(sigma)
    there = values > EPSILON
    powers = torch.where(there, values.clamp(min=EPSILON) ** exponent, 0)
    return vectors * powers @ vectors.T
