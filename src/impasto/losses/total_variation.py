"""How rough a picture is, in six forms: five that published systems use, and the house recipes'.

All measure an image in [0, 1]. A system that measures pixels in [0, 255] is written with its weight
multiplied by 255 to the power of the form's degree: 1 for "l1", 2 for the squares, 2.5 for "power".
("isotropic" has none, because FAINT is a difference in [0, 1].)
"""

import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from impasto.choices import TotalVariation
from impasto.contracts import Develop, Image, as_it_is
from impasto.features.tiles import Tile, make_strips, over_tiles

FAINT = 2 / 255
"""Differences under it count by their squares, those above by their size: grain is smoothed away,
an edge costs what it is high however sharp it is, and a slope does not turn into steps."""


def total_variation(
    numbers: Float[Tensor, "1 3 h w"], form: TotalVariation, develop: Develop = as_it_is
) -> Float[Tensor, ""]:
    """Return one of the forms above, a number without units that is 0 for a constant image.

    `develop` makes the image of `numbers`; both are there in strips of rows only.
    """

    def measure(part: Tensor, strip: Tile) -> list[Tensor]:
        rows = strip.rows
        return _sums(develop(part), form, first=rows.start == 0, last=rows.stop == rows.whole)

    h, w = numbers.shape[-2:]
    sums = over_tiles(numbers, measure, make_strips((h, w), overlap=1))
    if form == "l2-mean":
        return sums[0] / (3 * h * (w - 1)) + sums[1] / (3 * (h - 1) * w)
    if form == "isotropic":
        return sums[0] / (3 * (h - 1) * (w - 1))
    if form == "nine-point":
        axes, diagonals = sums
        return 2 * (axes / (3 * h * w) / 3 + diagonals / (3 * (h + 1) * (w + 1)) / 12)
    return sums[0]


def _sums(rows: Image, form: TotalVariation, *, first: bool, last: bool) -> list[Tensor]:
    """Return the sums that a form is made of, over the first, the last or other rows of a picture.

    Unless these are its last rows there is one row more, which is the first of the next ones.
    """
    if form == "nine-point":
        return _nine_point(rows, first, last)
    own = rows if last else rows[..., :-1, :]
    dx = own[..., :, 1:] - own[..., :, :-1]
    dy = rows[..., 1:, :] - rows[..., :-1, :]
    if form == "l1":
        return [dx.abs().sum() + dy.abs().sum()]
    if form == "l2-mean":
        return [dx.square().sum(), dy.square().sum()]
    squares = dx[..., : dy.shape[-2], :].square() + dy[..., :, :-1].square()
    if form == "isotropic":
        # = √(s + FAINT²) - FAINT, without the difference of two nearly equal numbers.
        return [(squares / ((squares + FAINT**2).sqrt() + FAINT)).sum()]
    if form == "l2":
        return [0.5 * squares.sum()]
    # The derivative of s^1.25 is 0 at s = 0, so no guard against a constant image is needed.
    return [squares.pow(1.25).sum()]


def _nine_point(rows: Image, first: bool, last: bool) -> list[Tensor]:
    """Beyond its border a picture goes on as it is there."""
    x = F.pad(rows, (1, 1, int(first), int(last)), mode="replicate")
    own = x[..., int(first) : -1, :]
    right = own[..., 2:] - own[..., 1:-1]
    down = (x[..., 1:, :] - x[..., :-1, :])[..., int(first) :, 1:-1]
    down_right = x[..., 1:, 1:] - x[..., :-1, :-1]
    down_left = x[..., 1:, :-1] - x[..., :-1, 1:]
    return [
        right.square().sum() + down.square().sum(),
        down_right.square().sum() + down_left.square().sum(),
    ]
