"""Yeh's effectiveness: how likely the output's features are under the painting's."""

import math
from functools import cache
from importlib.resources import as_file, files

import torch
from jaxtyping import Float
from safetensors.torch import load_file
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.metrics.frechet import gaussian
from impasto.evaluation.views import style_for
from impasto.evaluation.vision import features, rows

DIMENSIONS = {"relu1_1": 32, "relu2_1": 48, "relu3_1": 128, "relu4_1": 256, "relu5_1": 256}
"""Of the basis of each layer, as in the paper's code."""
RIDGE = 1e-4
"""Of the painting's mean variance, added to every variance: a plain picture has none."""
LEAST_DIVERGENCE = 1e-6
"""So that the painting itself has an E of 13.8 and not infinity."""


def effectiveness(output: Image, content: Image, style: Image, *, layer: str) -> float:
    """Return E = -log KL(output ‖ painting) of Gaussians at a layer of VGG-16, in nats.

    Features are projected on the first principal directions of many photos and paintings
    (`tools/make_bases.py`).
    Paper: Yeh, Tang, Bhattad, Zou and Forsyth, "Improving style transfer with calibrated metrics",
    WACV 2020, section 3.
    Differs: their coefficients, which join layers to what people say, hold for the normalized
    VGG-19 only; these numbers are not calibrated. A ridge keeps covariances regular.

    Raises:
        ValueError: a side is too short for the layer.
    """
    here, there = (
        gaussian(rows(features(image, layer)).double() @ _basis(layer))
        for image in (output, style_for(output, style))
    )
    return -math.log(max(divergence(*here, *there), LEAST_DIVERGENCE))


def divergence(
    mean: Float[Tensor, " k"],
    covariance: Float[Tensor, "k k"],
    other_mean: Float[Tensor, " k"],
    other_covariance: Float[Tensor, "k k"],
) -> float:
    """Return KL(N(μ₁, Σ₁) ‖ N(μ₂, Σ₂)) in nats, both covariances with the ridge."""
    dimensions = len(mean)
    ridge = RIDGE * other_covariance.trace() / dimensions
    identity = torch.eye(dimensions, dtype=mean.dtype)
    one = torch.linalg.cholesky(covariance + ridge * identity)
    other = torch.linalg.cholesky(other_covariance + ridge * identity)
    shift = torch.linalg.solve_triangular(other, (mean - other_mean)[:, None], upper=False)
    ratio = torch.linalg.solve_triangular(other, one, upper=False)
    volumes = other.diagonal().log().sum() - one.diagonal().log().sum()
    return (0.5 * (ratio.square().sum() + shift.square().sum() - dimensions) + volumes).item()


@cache
def _bases() -> dict[str, Tensor]:
    with as_file(files("impasto.evaluation") / "bases.safetensors") as path:
        return load_file(path)


def _basis(layer: str) -> Float[Tensor, "c k"]:
    return _bases()[layer].double()
