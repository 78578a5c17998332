"""How rough a picture is, in six forms: five that published systems use, and the house recipes'.

All measure an image in [0, 1]. A system that measures pixels in [0, 255] is written with its weight
multiplied by 255 to the power of the form's degree: 1 for "l1", 2 for the squares, 2.5 for "power".
("isotropic" has none, because FAINT is a difference in [0, 1].)
"""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.choices import TotalVariation
from impasto.contracts import Image

FAINT = 2 / 255
"""Differences under it count by their squares, those above by their size: grain is smoothed away,
an edge costs what it is high however sharp it is, and a slope does not turn into steps."""


def total_variation(image: Image, form: TotalVariation) -> Float[Tensor, ""]:
    """Return one of the forms above, a number without units that is 0 for a constant image."""
    dx = image[..., :, 1:] - image[..., :, :-1]
    dy = image[..., 1:, :] - image[..., :-1, :]
    if form == "l1":
        return dx.abs().sum() + dy.abs().sum()
    if form == "l2-mean":
        return dx.square().mean() + dy.square().mean()
    if form == "nine-point":
        return _nine_point(image)
    squares = dx[..., :-1, :].square() + dy[..., :, :-1].square()
    if form == "isotropic":
        # = √(s + FAINT²) - FAINT, without the difference of two nearly equal numbers.
        return (squares / ((squares + FAINT**2).sqrt() + FAINT)).mean()
    if form == "l2":
        return 0.5 * squares.sum()
    # The derivative of s^1.25 is 0 at s = 0, so no guard against a constant image is needed.
    return squares.pow(1.25).sum()


def _nine_point(image: Image) -> Float[Tensor, ""]:
    x = F.pad(image, (1, 1, 1, 1), mode="replicate")
    right = x[..., 1:-1, 2:] - x[..., 1:-1, 1:-1]
    down = x[..., 2:, 1:-1] - x[..., 1:-1, 1:-1]
    down_right = x[..., 1:, 1:] - x[..., :-1, :-1]  # one more each way: the border has diagonals
    down_left = x[..., 1:, :-1] - x[..., :-1, 1:]
    axes = (right.square().mean() + down.square().mean()) / 3
    diagonals = (down_right.square().mean() + down_left.square().mean()) / 12
    return 2 * (axes + diagonals)
