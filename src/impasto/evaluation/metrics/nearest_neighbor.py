"""Whether every spot looks like the painting, and whether all of the painting is there."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.remember import remembered
from impasto.evaluation.views import with_style
from impasto.evaluation.vision import features, rows

LAYER = "relu3_1"
LEAST = 4  # pixels of a side: one position of relu3_1
POSITIONS = 16_384
"""All of a picture of 512 x 512 pixels; larger ones are looked at on a regular grid."""
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
    return _both_ways(*with_style(output, style, LEAST))[0]


def coverage(output: Image, content: Image, style: Image) -> float:
    """Return the mean cosine distance of the painting's features to the nearest of the output.

    In [0, 1]; 0 where nothing of the painting is missing.
    Paper: the completeness of Simakov et al., "Summarizing visual data using bidirectional
    similarity", CVPR 2008, eq. 1, on features.

    Raises:
        ImageError: a side is shorter than 4 pixels.
    """
    return _both_ways(*with_style(output, style, LEAST))[1]


def nearest(
    here: Float[Tensor, "n c"], there: Float[Tensor, "m c"]
) -> tuple[Float[Tensor, " n"], Float[Tensor, " m"]]:
    """Return the cosine distance of each row to its nearest among the others, and the reverse."""
    ours, theirs = (torch.nn.functional.normalize(found, dim=1) for found in (here, there))
    forward: list[Tensor] = []
    backward = torch.full((len(theirs),), -1.0).to(theirs)
    for chunk in ours.split(CHUNK):
        cosines = chunk @ theirs.T
        forward.append(cosines.amax(1))
        backward = torch.maximum(backward, cosines.amax(0))
    return (1 - torch.cat(forward)).clamp(min=0), (1 - backward).clamp(min=0)


@remembered(1)  # both metrics are asked for, one after the other
def _both_ways(output: Image, painting: Image) -> tuple[float, float]:
    here, there = (rows(features(image, LAYER), POSITIONS) for image in (output, painting))
    forward, backward = nearest(here, there)
    return forward.mean().item(), backward.mean().item()
