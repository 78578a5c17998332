"""Whether what looked alike in the photo looks alike in the output."""

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.evaluation.views import with_content
from impasto.evaluation.vision import features, rows

LAYER = "relu4_1"
LEAST = 16  # pixels of a side: two positions of relu4_1. One is like itself, whatever it shows
POSITIONS = 1024
"""At most so many on a regular grid: their distances are a matrix of that side."""
ALIKE = 1e-9
"""Mean distances below this are rounding: all positions agree."""


def self_similarity(output: Image, content: Image, style: Image) -> float:
    """Return a distance in [0, 1]: 0 where all relations between positions are the photo's.

    Every position of relu4_1 has a cosine distance to every other; a column of these distances,
    divided by its sum, says what the position resembles, whatever its colors and strokes are. The
    distance of two columns is half of the sum of their absolute differences.
    Paper: Kolkin, Salavon and Shakhnarovich, "Style transfer by relaxed optimal transport and
    self-similarity", CVPR 2019, eq. 8, times n / 2, so that it does not depend on the size.
    Differs: features of relu4_1 alone, on a regular grid. Theirs are hypercolumns, which join the
    color of a pixel to nine layers of VGG-16, at 1024 places drawn at random.

    Raises:
        ImageError: a side of the output is shorter than 16 pixels.
    """
    pictures = with_content(output, content, LEAST)
    here, there = (relations(rows(features(image, LAYER), POSITIONS)) for image in pictures)
    return ((here - there).abs().sum(0) / 2).mean().item()


def relations(found: Float[Tensor, "n c"]) -> Float[Tensor, "n n"]:
    """Return cosine distances, each column divided by its sum; even where all positions agree."""
    units = torch.nn.functional.normalize(found.double(), dim=1)
    distances = (1 - units @ units.T).clamp(min=0)
    sums = distances.sum(0, keepdim=True)
    even = torch.full_like(distances, 1 / len(distances))
    return torch.where(sums > ALIKE * len(distances), distances / sums, even)
