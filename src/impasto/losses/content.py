"""How far features are from those of the photo."""

from jaxtyping import Float
from torch import Tensor

from impasto.choices import Reduction


def squared_error(
    features: Float[Tensor, "*shape"], target: Float[Tensor, "*shape"], reduction: Reduction
) -> Float[Tensor, ""]:
    """Return Σ (F - P)² or its mean, in float32 or wider.

    Paper: Gatys, Ecker and Bethge, CVPR 2016, eq. 1, has the sum times ½; most code takes the mean.
    """
    difference = features.to(target.dtype) - target
    squares = difference.square()
    return squares.mean() if reduction == "mean" else squares.sum()
