"""What is measured on features: the first two moments over positions.

Both descriptions of a style that this project matches are made of them: the Gram matrix (Gatys,
Ecker and Bethge, CVPR 2016, eq. 3) is the second moment times the number of positions, and mean and
covariance give the Wasserstein-2 distance between two Gaussians.
"""

from collections.abc import Iterator, Sequence
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
    # (h·w, c), no copy when channels_last: of the gradient neither, as `features[0]` makes one.
    rows = features.permute(0, 2, 3, 1).flatten(0, 2)
    if mask is None:
        mean, second = _Sums.apply(rows, None)
        return Moments(mean / len(rows), second / len(rows))
    shares = mask.flatten().to(_wide(rows))
    shares = shares / shares.sum().clamp_min(torch.finfo(shares.dtype).tiny)
    return Moments(*_Sums.apply(rows, shares))


def _wide(rows: Tensor) -> torch.dtype:
    return torch.promote_types(rows.dtype, torch.float32)


class _Sums(torch.autograd.Function):
    """Σ s f and Σ s f fᵀ over rows, each with a share or with 1.

    What it keeps are the rows as they are, which the network has anyway; a part at a time is
    widened. Its gradient s (f (D + Dᵀ) + d) is one product, where autograd makes two of it.
    """

    @staticmethod
    def forward(ctx: Any, rows: Tensor, shares: Tensor | None) -> tuple[Tensor, Tensor]:
        ctx.save_for_backward(rows, shares)
        channels = rows.shape[1]
        mean = rows.new_zeros(channels, dtype=_wide(rows))
        second = rows.new_zeros(channels, channels, dtype=_wide(rows))
        for part in _parts(len(rows)):
            wide = rows[part].to(mean.dtype)
            weighted = wide if shares is None else wide * shares[part, None]
            mean += weighted.sum(0)
            second.addmm_(weighted.T, wide)
        return mean, second

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        rows, shares = ctx.saved_tensors
        to_mean, to_second = gradients
        both = to_second + to_second.T
        found = torch.empty_like(rows)
        for part in _parts(len(rows)):
            wide = torch.addmm(to_mean, rows[part].to(to_mean.dtype), both)
            found[part] = wide if shares is None else wide.mul_(shares[part, None])
        return found, None


PART = 2**14
"""Rows that are widened at once: of 64 channels 4 MiB, which the cache of a processor holds."""


def _parts(count: int) -> Iterator[slice]:
    return (slice(start, start + PART) for start in range(0, count, PART))


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
