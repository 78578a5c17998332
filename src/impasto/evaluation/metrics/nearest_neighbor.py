"""Whether every spot looks like the painting, and whether all of the painting is there."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import with_style
from impasto.evaluation.vision import features, rows

LAYER = "relu3_1"
LEAST = 4  # pixels of a side: one position of relu3_1
POSITIONS = 16_384
"""All of a picture of 512 x 512 pixels; larger ones are looked at on a regular grid."""
ASKED = 4096
"""So many of one picture, on a regular grid, look for their nearest among all of the other's
POSITIONS: at 512 pixels that changed no number by more than 0.7 % (four pairs of `examples/`)."""
CHUNK = 2048
"""Rows that are compared at a time: 128 MB."""


def nearest_in_style(output: Image, content: Image, style: Image) -> float:
    """Return the mean cosine distance of the output's features to the nearest of the painting.

    In [0, 1]; 0 where every spot exists in the painting. Rewards a picture that repeats one spot:
    read it together with `coverage`.
    Paper: Zhang et al., "ARF: artistic radiance fields", ECCV 2022, eq. 3.
    Differs: features of relu3_1 alone; theirs join all three layers of that block.

    Raises:
        ImageError: a side is shorter than 4 pixels.
    """
    here, there = with_style(output, style, LEAST)
    return _mean_nearest(here, there)


def coverage(output: Image, content: Image, style: Image) -> float:
    """Return the mean cosine distance of the painting's features to the nearest of the output.

    In [0, 1]; 0 where nothing of the painting is missing.
    Paper: the completeness of Simakov et al., "Summarizing visual data using bidirectional
    similarity", CVPR 2008, eq. 1, on features.

    Raises:
        ImageError: a side is shorter than 4 pixels.
    """
    here, there = with_style(output, style, LEAST)
    return _mean_nearest(there, here)


def nearest(here: Float[Tensor, "n c"], there: Float[Tensor, "m c"]) -> Float[Tensor, " n"]:
    """Return the cosine distance of each row to its nearest among the others."""
    ours, theirs = (torch.nn.functional.normalize(found, dim=1) for found in (here, there))
    closest = [(chunk @ theirs.T).amax(1) for chunk in ours.split(CHUNK)]
    return (1 - torch.cat(closest)).clamp(min=0)


def _mean_nearest(here: Image, there: Image) -> float:
    asked, answers = rows(features(here, LAYER), ASKED), rows(features(there, LAYER), POSITIONS)
    return nearest(asked, answers).mean().item()
