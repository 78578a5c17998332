"""Whether every spot looks like the painting, and whether all of the painting is there."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import style_for
from impasto.evaluation.vision import features, rows

LAYER = "relu3_1"
POSITIONS = 16_384
"""All of a picture of 512 x 512 pixels; larger ones are looked at on a regular grid."""
CHUNK = 2048
"""Rows that are compared at a time: 128 MB."""


def nearest_in_style(output: Image, content: Image, style: Image) -> float:
    """Return the mean cosine distance of the output's features to the nearest of the painting.

    In [0, 1]; 0 where every spot exists in the painting. Rewards a picture that repeats one spot:
    read it together with `coverage`.
    Paper: Zhang et al., "ARF: artistic radiance fields", ECCV 2022, eq. 3.

    Raises:
        ValueError: a side is shorter than 4 pixels.
    """
    here, there = _pair(output, style)
    return nearest(here, there).mean().item()


def coverage(output: Image, content: Image, style: Image) -> float:
    """Return the mean cosine distance of the painting's features to the nearest of the output.

    In [0, 1]; 0 where nothing of the painting is missing.
    Paper: the completeness of Simakov et al., "Summarizing visual data using bidirectional
    similarity", CVPR 2008, eq. 1, on features.

    Raises:
        ValueError: a side is shorter than 4 pixels.
    """
    here, there = _pair(output, style)
    return nearest(there, here).mean().item()


def nearest(here: Float[Tensor, "n c"], there: Float[Tensor, "m c"]) -> Float[Tensor, " n"]:
    """Return the cosine distance of each row to its nearest among the others."""
    units = torch.nn.functional.normalize(there, dim=1).T
    found = [
        1 - (torch.nn.functional.normalize(chunk, dim=1) @ units).amax(1)
        for chunk in here.split(CHUNK)
    ]
    return torch.cat(found).clamp(min=0)


def _pair(output: Image, style: Image) -> list[Tensor]:
    pictures = (output, style_for(output, style))
    return [rows(features(image, LAYER), POSITIONS) for image in pictures]
