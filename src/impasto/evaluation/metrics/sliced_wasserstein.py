"""The whole distribution of features, looked at from many sides."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import style_for
from impasto.evaluation.vision import STYLE_LAYERS, features, rows

DIRECTIONS = 64
SEED = 2021  # of the directions, published so that anyone gets the same number
POSITIONS = 65_536
"""At most so many on a regular grid: more do not change the third digit, and sorting takes time."""


def sliced_wasserstein(output: Image, content: Image, style: Image) -> float:
    """Return the sliced Wasserstein-2 distance over five layers of VGG-16; 0 for the painting.

    Projections of both pictures' features on fixed directions are sorted and compared, so that all
    of a distribution counts and not only its moments. Each layer's mean square is divided by that
    of the painting's projections.
    Paper: Heitz, Vanhoey, Chambon and Belcour, "A sliced Wasserstein loss for neural texture
    synthesis", CVPR 2021, eq. 6.

    Raises:
        ValueError: a side is shorter than 16 pixels.
    """
    painting = style_for(output, style)
    distances = [
        distance(
            rows(features(output, layer), POSITIONS), rows(features(painting, layer), POSITIONS)
        )
        for layer in STYLE_LAYERS
    ]
    return sum(distances) / len(distances)


def distance(here: Float[Tensor, "n c"], there: Float[Tensor, "m c"]) -> float:
    """Return the squared distance of two sets of rows, relative to the size of the second."""
    rng = torch.Generator().manual_seed(SEED)
    directions = torch.randn(here.shape[1], DIRECTIONS, generator=rng)
    directions = (directions / directions.norm(dim=0)).to(here)
    count = max(len(here), len(there))
    one, other = (quantiles(found @ directions, count) for found in (here, there))
    return ((one - other).square().mean() / other.square().mean()).item()


def quantiles(values: Float[Tensor, "n k"], count: int) -> Float[Tensor, "count k"]:
    """Return `count` evenly spaced quantiles of each column: the sorted values, if that is n.

    Between two values it interpolates linearly; value i of n is the quantile (i + ½) / n.
    """
    ordered = values.sort(dim=0).values
    n = len(ordered)
    if n == count:
        return ordered
    places = (torch.arange(count, dtype=torch.float64) + 0.5) * n / count - 0.5
    places = places.clamp(0, n - 1)
    below = places.floor().long()
    above = (below + 1).clamp(max=n - 1)
    return torch.lerp(ordered[below], ordered[above], (places - below).to(ordered)[:, None])
