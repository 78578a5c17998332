"""Small pictures and a small random network for every recipe, in float64."""

import torch
from torch import Tensor

from impasto.declare import Recipe
from impasto.networks.encoder import Encoder
from impasto.weights.store import random_weights
from impasto.weights.table import TABLE

NARROW = (4, 6, 8, 10, 12)
"""Filters per block: enough that a transposed Gram matrix or a wrong divisor shows."""


def noise(h: int, w: int, seed: int) -> Tensor:
    """A picture away from the ends of the gamut, smooth enough that no layer is dead."""
    rng = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, h // 4, w // 4, generator=rng, dtype=torch.float64)
    fine = torch.rand(1, 3, h, w, generator=rng, dtype=torch.float64)
    smooth = torch.nn.functional.interpolate(coarse, (h, w), mode="bilinear")
    return 0.15 + 0.5 * smooth + 0.2 * fine


def narrow_weights(recipe: Recipe) -> dict[str, Tensor]:
    """Weights of the recipe's architecture, in the channel order of its network."""
    architecture = TABLE[recipe.method.encoder].architecture
    return random_weights(architecture, seed=1, channels=NARROW, dtype=torch.float64)[0]


def narrow_encoder(recipe: Recipe, dtype: torch.dtype = torch.float64) -> Encoder:
    """What `load_encoder` would give for the recipe, with the weights above."""
    return Encoder(
        narrow_weights(recipe),
        TABLE[recipe.method.encoder].metadata(),
        pooling=recipe.method.pooling,
        pool_rounding=recipe.method.pool_rounding,
        kernels=recipe.method.kernels,
        padding=recipe.method.padding,
        dtype=dtype,
    )
