"""How far Gram matrices are from those of a painting."""

from jaxtyping import Float
from torch import Tensor

from impasto.choices import GramDivisor, Reduction
from impasto.losses.content import squared_error


def gram_distance(
    second: Float[Tensor, "c c"],
    target: Float[Tensor, "c c"],
    *,
    positions: int,
    area: int,
    divisor: GramDivisor,
    reduction: Reduction,
) -> Float[Tensor, ""]:
    """Compare two Gram matrices, given as second moments F Fᵀ / N.

    Paper: Gatys, Ecker and Bethge, CVPR 2016, eq. 4: E = Σ (G - A)² / (4 C² N²) with G = F Fᵀ,
    which is a quarter of the mean with divisor "N". Published programs differ in nothing so much as
    in this divisor; with it and `reduction`, one function is all of them. `positions` is N of the
    layer and `area` the number of pixels of the picture.
    """
    channels = second.shape[0]
    factor = {
        "N": 1.0,
        "CN": 1 / channels,
        "sqrt(CN)": (positions / channels) ** 0.5,
        "A": positions / area,
    }[divisor]
    return factor**2 * squared_error(second, target, reduction)
