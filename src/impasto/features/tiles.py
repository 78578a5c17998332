"""A picture of any size, looked at tile by tile, with the loss and the gradient of the whole.

Style depends on all of a picture, but only through sums over positions: its moments. One pass adds
them up, tile by tile; the loss of the sums says what each is worth; a second pass sends every tile
its share of the gradient. So does SPST (Galerne et al., "Scaling painting style transfer", EGSR
2024), which crops the gradient of each tile. Here a tile counts its own features only and its
gradient is *added* where tiles overlap, so that half as much overlap is exact.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from impasto.archive import Archive
from impasto.heap import give_back
from impasto.shelf import put_back


class Span(NamedTuple):
    """A tile along one side: the pixels from `start` to `stop` are its own.

    Those from `low` to `high` must be seen for it. `whole` is the side of the picture.
    """

    start: int
    stop: int
    low: int
    high: int
    whole: int

    def at(self, stride: int, positions: int) -> tuple[int, int]:
        """Return its own part of a layer with so many positions: first, and first of the next."""
        return self.start // stride, positions if self.stop == self.whole else self.stop // stride


class Tile(NamedTuple):
    """A part of a picture."""

    rows: Span
    columns: Span

    def cut(self, image: Tensor) -> Tensor:
        """Return what must be seen for this tile, of an image (1, c, h, w); not a copy."""
        return image[..., self.rows.low : self.rows.high, self.columns.low : self.columns.high]

    def own(self, image: Tensor) -> Tensor:
        """Return the part of an image that is its own; not a copy."""
        return image[..., self.rows.start : self.rows.stop, self.columns.start : self.columns.stop]

    def within(self, seen: Tensor) -> Tensor:
        """Return its own part of what was made of all that is seen for it; not a copy."""
        h, w = self.rows, self.columns
        return seen[..., h.start - h.low : h.stop - h.low, w.start - w.low : w.stop - w.low]


Measure = Callable[[Tensor, Tile], Sequence[Tensor]]
"""What is seen of a tile: numbers that add up to those of the picture."""


def make_tiles(size: tuple[int, int], side: int, *, halo: int, align: int) -> list[Tile]:
    """Divide a picture (h, w) into tiles of about the same size, `side` at most.

    They begin at multiples of `align`, the stride of the deepest layer, so that pools fall where
    they fall in the whole picture, and must see `halo` pixels around, half of its receptive field.
    """
    rows, columns = (_spans(length, side, halo, align) for length in size)
    return [Tile(each, other) for each in rows for other in columns]


def _spans(length: int, side: int, halo: int, align: int) -> list[Span]:
    count = -(-length // max(side, align))
    step = -(-length // (count * align)) * align
    around = -(-halo // align) * align
    return [
        Span(
            start,
            min(start + step, length),
            max(0, start - around),
            min(length, start + step + around),
            length,
        )
        for start in range(0, length, step)
    ]


STRIP = 2**18
"""Pixels of a strip: 3 MiB in float32, which the cache of a processor holds."""


def make_strips(size: tuple[int, int], *, overlap: int) -> list[Tile]:
    """Divide a picture (h, w) into strips of rows; each must see some rows of the next one."""
    h, w = size
    step = max(2, STRIP // w)
    columns = Span(0, w, 0, w, w)
    return [
        Tile(Span(start, min(start + step, h), start, min(start + step + overlap, h), h), columns)
        for start in range(0, h, step)
    ]


def over_tiles(
    picture: Tensor, measure: Measure, tiles: Sequence[Tile], *, keep: bool = False
) -> Sequence[Tensor]:
    """Return the sums of what is measured in tiles of a picture (1, c, h, w), differentiable once.

    For the gradient all is measured once more; with `keep` what it needs waits in a file instead,
    which pays where measuring is dearer than writing. The bits are the same.

    Raises:
        DiskFullError: the disk can't hold what is to be kept.
    """
    if len(tiles) == 1:
        return measure(picture, tiles[0])
    differentiable = picture.requires_grad and torch.is_grad_enabled()
    archive = Archive() if keep and differentiable else None
    return _OverTiles.apply(picture, measure, tiles, archive)


class _OverTiles(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        picture: Tensor,
        measure: Measure,
        tiles: Sequence[Tile],
        archive: Archive | None,
    ) -> tuple[Tensor, ...]:
        ctx.set_materialize_grads(False)
        ctx.measure, ctx.tiles, ctx.looks = measure, tiles, []
        ctx.save_for_backward(picture)
        totals: list[Tensor] = []
        for tile in tiles:
            if archive is None:
                seen = measure(tile.cut(picture), tile)
            else:
                with archive.keeping():
                    part, seen = _look(picture, measure, tile)
                ctx.looks.append((part, seen))
            found = [each.detach() for each in seen]
            totals = [a + b for a, b in zip(totals, found, strict=True)] if totals else found
            leave(picture, all_of_it=archive is not None)
        return tuple(totals)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor, None, None, None]:
        (picture,), looks = ctx.saved_tensors, ctx.looks
        kept = bool(looks)
        found = torch.zeros_like(picture)
        for tile in ctx.tiles:
            part, seen = looks.pop(0) if looks else _look(picture, ctx.measure, tile)
            worth = [
                (each, gradient)
                for each, gradient in zip(seen, gradients, strict=True)
                if gradient is not None and each.requires_grad
            ]
            sums, weights = zip(*worth, strict=True)
            tile.cut(found).add_(torch.autograd.grad(sums, part, weights)[0])
            del part, seen, worth, sums
            leave(picture, all_of_it=kept)
        return found, None, None, None


def leave(picture: Tensor, *, all_of_it: bool) -> None:
    """Give back what a tile took; with `all_of_it` also what is kept of freed memory.

    The next one needn't have the same size.
    """
    put_back(picture)
    if all_of_it:
        give_back(also_kept=True)


def _look(picture: Tensor, measure: Measure, tile: Tile) -> tuple[Tensor, Sequence[Tensor]]:
    """Return a part of a picture, and what is measured of it to send a gradient back."""
    part = tile.cut(picture).detach().requires_grad_()
    with torch.enable_grad():
        return part, measure(part, tile)
