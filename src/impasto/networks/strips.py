"""A picture in strips of rows that overlap, so that a block of a network needs little at a time."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from impasto.heap import give_back

STRIP = 2**24
"""Numbers of one layer in a strip. The rows by which strips overlap, computed twice, are few beside
the others (one in sixty of a picture 1024 pixels wide, one in sixteen of one of 4096), and so are a
strip's numbers beside those that are kept."""

STRIPPED = 3
"""So many blocks, the first ones, are computed in strips: they have most of a network's numbers."""


class Strip(NamedTuple):
    """The rows from `start` to `stop`, of which those from `low` to `high` must be seen."""

    start: int
    stop: int
    low: int
    high: int


def strips(height: int, rows: int, halo: int) -> list[Strip]:
    """Divide rows evenly into strips of at most `rows`; they begin at even rows, as pools do."""
    count = max(1, -(-height // max(2, rows)))
    step = -(-height // count)
    step += step % 2
    bounds = [(start, min(start + step, height)) for start in range(0, height, step)]
    return [
        Strip(start, stop, max(0, start - halo), min(height, stop + halo)) for start, stop in bounds
    ]


def cut(x: Tensor, pieces: Sequence[Strip]) -> tuple[Tensor, ...]:
    """Return what each strip must see; gradients are added where strips overlap."""
    return _Cut.apply(x, pieces) if len(pieces) > 1 else (x,)


def join(made: Sequence[Tensor], rows: Sequence[slice]) -> Tensor:
    """Return those rows of what was made of each strip, one below the other; of a single one all.

    Torch's own slices and `cat` would send gradients back that lie otherwise than the network's
    numbers, and every layer before would read them slowly.
    """
    return _Join.apply(rows, *made) if len(made) > 1 else made[0]


class _Cut(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, pieces: Sequence[Strip]) -> tuple[Tensor, ...]:
        ctx.pieces, ctx.height = pieces, x.shape[-2]
        last = torch.channels_last
        return tuple(x[:, :, each.low : each.high].clone(memory_format=last) for each in pieces)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        n, c, _, w = gradients[0].shape
        total = gradients[0].new_empty(n, ctx.height, w, c).permute(0, 3, 1, 2)
        filled = 0  # rows, by the strips above
        for each, gradient in zip(ctx.pieces, gradients, strict=True):
            shared = filled - each.low
            total[:, :, each.low : filled] += gradient[:, :, :shared]
            total[:, :, filled : each.high] = gradient[:, :, shared:]
            filled = each.high
        give_back()
        return total, None


class _Join(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rows: Sequence[slice], *made: Tensor) -> Tensor:
        ctx.rows, ctx.heights = rows, [each.shape[-2] for each in made]
        return torch.cat([each[:, :, its] for its, each in zip(rows, made, strict=True)], 2)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        n, c, _, w = gradient.shape
        sent: list[Tensor] = []
        taken = 0
        for its, height in zip(ctx.rows, ctx.heights, strict=True):
            each = gradient.new_zeros(n, height, w, c).permute(0, 3, 1, 2)
            count = len(range(*its.indices(height)))
            each[:, :, its] = gradient[:, :, taken : taken + count]
            sent.append(each)
            taken += count
        return None, *sent
