"""Gradient magnitude similarity deviation."""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import lumas

STABILITY = 170 / 255**2
"""The paper's c = 170, for pixels in [0, 1]."""
LEAST = 2  # pixels of a side, which become one


def gmsd(output: Image, content: Image, style: Image) -> float:
    """Return how unevenly edges are kept: in [0, 0.5); 0 for identical pictures.

    Paper: Xue, Zhang, Mou and Bovik, "Gradient magnitude similarity deviation", IEEE TIP 2014:
    luma is averaged over 2 x 2 pixels first, gradients are Prewitt's. Numbers in (0, 1] deviate by
    less than 0.5.
    Differs: where a side is odd, its last row or column is left out; the authors' program averages
    it with zeros.

    Raises:
        ImageError: a side of the output is shorter than 2 pixels.
    """
    here, there = (_edges(luma[None, None]) for luma in lumas(output, content, LEAST))
    similarity = (2 * here * there + STABILITY) / (here**2 + there**2 + STABILITY)
    return similarity.std(correction=0).item()


def _edges(luma: Float[Tensor, "1 1 h w"]) -> Float[Tensor, "1 1 _ _"]:
    """Return gradient magnitudes at half the size."""
    half = F.avg_pool2d(luma, 2)
    across = torch.tensor([[1.0, 0, -1]] * 3).to(half) / 3
    filters = torch.stack([across, across.T])[:, None]
    return F.conv2d(half, filters, padding=1).square().sum(1, keepdim=True).sqrt()
