"""Max-pooling that remembers where the maxima were, and its contrary.

Paper: Zhao et al., "Stacked what-where auto-encoders", ICLR 2016 workshop. A decoder that puts
every number back where it was found draws edges where they were, which is what makes photos of
PhotoWCT (Li et al., ECCV 2018) look like photos.
"""

import torch
from jaxtyping import Float, UInt8
from torch import Tensor

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
"""The four positions of a pool, (row, column), numbered in this order."""


def pool_with_places(
    x: Float[Tensor, "n c h w"],
) -> tuple[Float[Tensor, "n c rows columns"], UInt8[Tensor, "n c rows columns"]]:
    """Return the maxima of 2 x 2 positions, and which of the four they are; the first of equals.

    An odd last row or column is dropped.
    """
    h, w = x.shape[-2] // 2 * 2, x.shape[-1] // 2 * 2
    corners = [x[..., row:h:2, column:w:2] for row, column in CORNERS]
    (upper, right), (lower, also_right) = _larger(*corners[:2]), _larger(*corners[2:])
    pooled, below = _larger(upper, lower)
    places = torch.where(below, also_right.to(torch.uint8) + 2, right.to(torch.uint8))
    return pooled, places


def unpool(
    x: Float[Tensor, "n c rows columns"], places: UInt8[Tensor, "n c rows columns"]
) -> Float[Tensor, "n c h w"]:
    """Return a picture twice as large: each number in its place, 0 in the other three."""
    n, c, rows, columns = x.shape
    corners = [torch.where(places == number, x, 0) for number in range(len(CORNERS))]
    last = [corner.permute(0, 2, 3, 1) for corner in corners]  # channels last, as networks have it
    pairs = [torch.stack(last[first : first + 2], 3) for first in (0, 2)]
    whole = torch.stack(pairs, 2).reshape(n, 2 * rows, 2 * columns, c)
    return whole.permute(0, 3, 1, 2)


def _larger(one: Tensor, other: Tensor) -> tuple[Tensor, Tensor]:
    """Return the larger of each two numbers, and whether it is the second."""
    return torch.maximum(one, other), other > one
