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
        return _difference(x, y).square_().sum()

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        x, y = ctx.saved_tensors
        return _difference(x, y).mul_(2 * gradients[0]).to(x.dtype), None


def _difference(x: Tensor, y: Tensor) -> Tensor:
    wide = torch.promote_types(torch.promote_types(x.dtype, y.dtype), torch.float32)
    return x.to(wide) - y.to(wide)
