"""Masks brought to each layer's grid."""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Masks


def at_grid(masks: Masks, size: tuple[int, int]) -> Float[Tensor, "k 1 rows columns"]:
    """Shrink masks to (h, w): each position gets the share of the region in the pixels under it."""
    return F.interpolate(masks, size=size, mode="area")
