"""How far features are from those of the photo."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.choices import Reduction


def squared_error(
    features: Float[Tensor, "*shape"], target: Float[Tensor, "*shape"], reduction: Reduction
) -> Float[Tensor, ""]:
    """Return Σ (F - P)² or its mean, in float32 or wider.

    The target counts as constant. Paper: Gatys, Ecker and Bethge, CVPR 2016, eq. 1, has the sum
    times ½; most code takes the mean.
    """
    total = _SumOfSquares.apply(features, target)
    return total / features.numel() if reduction == "mean" else total


class _SumOfSquares(torch.autograd.Function):
    """Σ (x - y)². Keeps x and y as they are, where autograd keeps a wide difference."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor) -> Tensor:
        ctx.save_for_backward(x, y)
        wide = torch.promote_types(torch.promote_types(x.dtype, y.dtype), torch.float32)
        parts = zip(_parts(x), _parts(y), strict=True)
        return torch.stack([(one.to(wide) - other).square_().sum() for one, other in parts]).sum()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (x, y), (gradient,) = ctx.saved_tensors, gradients
        found = torch.empty_like(x)
        for part, one, other in zip(_parts(found), _parts(x), _parts(y), strict=True):
            part.copy_((one.to(gradient.dtype) - other).mul_(2 * gradient))
        return found, None


PART = 2**20
"""Numbers that are widened at once."""


def _parts(x: Tensor) -> tuple[Tensor, ...]:
    """Return parts of rows."""
    return x.split(max(1, PART * x.shape[-2] // max(1, x.numel())), dim=-2)
