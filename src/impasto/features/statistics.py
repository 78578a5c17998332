"""What is measured on features: the first two moments over positions.

Both descriptions of a style that this project matches are made of them: the Gram matrix (Gatys,
Ecker and Bethge, CVPR 2016, eq. 3) is the second moment times the number of positions, and mean and
covariance give the Wasserstein-2 distance between two Gaussians.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor


class Moments(NamedTuple):
    """Raw moments of c channels over positions: E[f] (c,) and E[f fᵀ] (c, c), at least float32."""

    mean: Float[Tensor, " c"]
    second: Float[Tensor, "c c"]


def moments(
    features: Float[Tensor, "1 c h w"], mask: Float[Tensor, "1 1 h w"] | None = None
) -> Moments:
    """Measure features, each position counting as much as `mask` says (everywhere 1 by default).

    Weighting positions by a mask is the guided Gram matrix of Gatys et al. ("Controlling Perceptual
    Factors", CVPR 2017, eq. 5) with squared guidance T² = mask / Σ mask.

    Accumulates in float32 whatever the network ran in: a bfloat16 sum over a megapixel has no
    correct digit left.
    """
    wide = torch.promote_types(features.dtype, torch.float32)
    rows = (
        features[0].permute(1, 2, 0).flatten(0, 1).to(wide)
    )  # (h·w, c), no copy when channels_last
    if mask is None:
        return Moments(rows.mean(0), _SelfProduct.apply(rows) / rows.shape[0])
    shares = mask.flatten().to(wide)
    shares = shares / shares.sum().clamp_min(torch.finfo(wide).tiny)
    return Moments(shares @ rows, _SelfProduct.apply(rows * shares.sqrt().unsqueeze(1)))


class _SelfProduct(torch.autograd.Function):
    """Xᵀ X. Its gradient X (D + Dᵀ) is one product, where autograd makes two of it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x.T @ x

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        (d,) = gradients
        return x @ (d + d.T)


def mix(weights: Sequence[float], many: Sequence[Moments]) -> Moments:
    """Return the moments of a mixture: Σ w_i E_i. The weights should sum to 1."""
    mean = sum(w * each.mean for w, each in zip(weights, many, strict=True))
    second = sum(w * each.second for w, each in zip(weights, many, strict=True))
    return Moments(torch.as_tensor(mean), torch.as_tensor(second))


def shifted(measured: Moments, shift: float) -> Float[Tensor, "c c"]:
    """Return E[(f - s)(f - s)ᵀ], the second moment of features that are all less by s."""
    if not shift:
        return measured.second
    cross = shift * (measured.mean[:, None] + measured.mean[None, :])
    return measured.second - cross + shift**2


def covariance(measured: Moments, jitter: float = 0.0) -> Float[Tensor, "c c"]:
    """Return Σ = E[f fᵀ] - E[f] E[f]ᵀ + jitter · I."""
    sigma = measured.second - torch.outer(measured.mean, measured.mean)
    if not jitter:
        return sigma
    return sigma + jitter * torch.eye(len(sigma), dtype=sigma.dtype, device=sigma.device)
