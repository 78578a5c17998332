"""Label images: pictures whose few flat colors are the names of regions.

People paint them by hand and save them as JPEG, so that there are hundreds of colors beside the few
that were meant: noise around edges, and the mixed colors of smooth brushes. What was meant is what
covers flat areas; every pixel then snaps to one of those colors.
"""

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn import functional

from impasto.contracts import Image

MOST_COLORS = 16
"""More regions than a person paints by hand."""

APART = 32
"""Labels differ by more than this, of 255, in at least one channel. Two people, or two brushes,
mean the same color when they differ by half of it at most."""

NOISE = 8
"""What JPEG of usual quality adds to a flat color, or takes from it, at most, of 255."""

_LEAST_SHARE = 0.001  # of all pixels: a smaller flat area is an accident, not a region
_LEAST_FLAT = 0.55  # of all pixels near a label: 17 of 33 in a gradient, 3 of 10 in a photograph
_BIN_BITS = 3  # colors are counted in bins of 8 values per channel, finer than APART

Palette = Float[Tensor, "_ 3"]
"""Colors in 0 to 255, those that cover most first."""


def find_palette(image: Image) -> Palette | None:
    """Return the colors that were painted flat; None if the image isn't made of such colors."""
    levels = (image[0] * 255).round()
    flat = _is_flat(levels)
    colors, counts = _count_colors(levels.flatten(1)[:, flat.flatten()])
    palette: list[Tensor] = []
    while len(colors):
        heaviest = colors[counts.argmax()]
        near = _distance(colors, heaviest) <= NOISE
        share = counts[near].sum() / flat.numel()
        if share < _LEAST_SHARE:
            break
        if len(palette) == MOST_COLORS:
            return None
        center = (colors[near] * counts[near, None]).sum(0) / counts[near].sum()
        palette.append(center)
        rest = _distance(colors, center) > APART
        colors, counts = colors[rest], counts[rest]
    if not palette:
        return None
    everything, counts = _count_colors(levels.flatten(1))
    nearest = torch.stack([_distance(everything, color) for color in palette]).amin(0)
    covered = counts[nearest <= NOISE].sum() / counts.sum()
    return torch.stack(palette) if covered >= _LEAST_FLAT else None


def snap(image: Image, palette: Palette) -> Int[Tensor, "h w"]:
    """Return for each pixel which color of the palette it was meant to be.

    A pixel of a flat area takes the nearest color. One on an edge takes the color of most flat
    pixels around it, not the nearest: the gray between black and white is neither.
    """
    levels = (image[0] * 255).round()
    flat = _is_flat(levels)
    nearest = torch.stack([_distance(levels.movedim(0, -1), color) for color in palette]).argmin(0)
    votes = [
        functional.avg_pool2d(((nearest == index) & flat)[None].float(), 5, 1, 2)[0]
        for index in range(len(palette))
    ]
    most, winner = torch.stack(votes).max(0)
    return torch.where(flat | (most == 0), nearest, winner)


def match_palettes(palette: Palette, other: Palette) -> tuple[list[int], list[int], list[int]]:
    """Find the same colors in two palettes.

    Returns, for the colors of `palette` that `other` has too, their places in `other`; then the
    places of those that only `palette` has; then of those that only `other` has.
    """
    same = torch.stack([_distance(other, color) for color in palette]) <= APART / 2
    found = [int(row.int().argmax()) for row in same if row.any()]
    missing = [place for place, row in enumerate(same) if not row.any()]
    unknown = [place for place, column in enumerate(same.T) if not column.any()]
    return found, missing, unknown


def _distance(colors: Float[Tensor, "*n 3"], color: Float[Tensor, "3"]) -> Float[Tensor, "*n"]:
    """Return the largest difference in any channel."""
    return (colors - color).abs().amax(-1)


def _is_flat(levels: Float[Tensor, "3 h w"]) -> Bool[Tensor, "h w"]:
    """Tell which pixels look like all of their eight neighbors."""
    highest = functional.max_pool2d(levels, 3, 1, 1)
    lowest = -functional.max_pool2d(-levels, 3, 1, 1)
    return (highest - lowest).amax(0) <= 2 * NOISE


def _count_colors(levels: Float[Tensor, "3 n"]) -> tuple[Float[Tensor, "m 3"], Float[Tensor, "m"]]:
    """Return the mean colors of all bins that occur, and how many pixels each holds."""
    bins = levels.long() >> _BIN_BITS
    per_channel = 256 >> _BIN_BITS
    code = (bins[0] * per_channel + bins[1]) * per_channel + bins[2]
    counts = torch.bincount(code, minlength=per_channel**3).float()
    sums = [
        torch.bincount(code, weights=channel.double(), minlength=per_channel**3)
        for channel in levels
    ]
    used = counts > 0
    return torch.stack(sums, dim=1).float()[used] / counts[used, None], counts[used]
