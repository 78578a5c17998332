"""Yeh's effectiveness: how likely the output's features are under the painting's."""

import math
from functools import cache
from importlib.resources import as_file, files

import torch
from jaxtyping import Float
from safetensors.torch import load_file
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import with_style
from impasto.evaluation.vision import moments
from impasto.features.statistics import Moments, covariance
from impasto.networks.vgg import stride

DIMENSIONS = {"relu1_1": 32, "relu2_1": 48, "relu3_1": 128, "relu4_1": 256, "relu5_1": 256}
"""Of the basis of each layer, as in the paper's code."""
BASES = "bases.safetensors"
RIDGE = 1e-4
"""Of the painting's mean variance, added to every variance: a plain picture has none."""
LEAST_VARIANCE = 1e-6
"""Added too, for the picture of one position: features are in the thousands."""
LEAST_DIVERGENCE = 1e-6
MOST = -math.log(LEAST_DIVERGENCE)
"""E of the painting itself, which would be infinite."""


def effectiveness(output: Image, content: Image, style: Image, *, layer: str) -> float:
    """Return E = -log KL(output ‖ painting) of Gaussians at a layer of VGG-16, at most 13.8.

    Features are projected on the first principal directions of many photos and paintings
    (`tools/make_bases.py`).
    Paper: Yeh, Tang, Bhattad, Zou and Forsyth, "Improving style transfer with calibrated metrics",
    WACV 2020, section 3.
    Differs: their coefficients, which join layers to what people say, hold for the normalized
    VGG-19 only; these numbers are not calibrated. A ridge keeps covariances regular.

    Raises:
        ImageError: a side is too short for the layer.
    """
    basis = _bases()[layer].double()
    pictures = with_style(output, style, stride(layer))
    here, there = (projected(moments(image, layer), basis) for image in pictures)
    return -math.log(max(divergence(*here, *there), LEAST_DIVERGENCE))


def projected(
    measured: Moments, basis: Float[Tensor, "c k"]
) -> tuple[Float[Tensor, " k"], Float[Tensor, "k k"]]:
    """Return mean and covariance of the features' coordinates in a basis."""
    return measured.mean @ basis, basis.T @ covariance(measured) @ basis


def divergence(
    mean: Float[Tensor, " k"],
    covariance: Float[Tensor, "k k"],
    other_mean: Float[Tensor, " k"],
    other_covariance: Float[Tensor, "k k"],
) -> float:
    """Return KL(N(μ₁, Σ₁) ‖ N(μ₂, Σ₂)) in nats, both covariances with the ridge."""
    dimensions = len(mean)
    ridge = RIDGE * other_covariance.trace() / dimensions + LEAST_VARIANCE
    identity = torch.eye(dimensions, dtype=mean.dtype)
    one = torch.linalg.cholesky(covariance + ridge * identity)
    other = torch.linalg.cholesky(other_covariance + ridge * identity)
    shift = torch.linalg.solve_triangular(other, (mean - other_mean)[:, None], upper=False)
    ratio = torch.linalg.solve_triangular(other, one, upper=False)
    volumes = other.diagonal().log().sum() - one.diagonal().log().sum()
    return (0.5 * (ratio.square().sum() + shift.square().sum() - dimensions) + volumes).item()


@cache
def _bases() -> dict[str, Tensor]:
    with as_file(files("impasto.evaluation") / BASES) as path:
        return load_file(path)
