"""Pools of 2 x 2 positions; for its way back a maximum keeps four bits, and a mean nothing."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.networks.bits import above, fold, integers, parts, positive, unfold


def max_pool(x: Tensor, *, partial: bool) -> Tensor:
    """Return the maximum of each 2 x 2 positions of what is nowhere negative.

    With `partial` an odd row or column at the end is kept.
    """
    rows, columns = (side % 2 if partial else 0 for side in x.shape[-2:])
    return _MaxPool.apply(F.pad(x, (0, columns, 0, rows)) if rows or columns else x)


def average_pool(x: Tensor, *, partial: bool) -> Tensor:
    """Return the mean of each 2 x 2 positions; with `partial` also of what is left at the end."""
    return _AveragePool.apply(x, partial)


class _MaxPool(torch.autograd.Function):
    """What is kept is the place of the maximum, 1 to 4, or 0 where all are 0: nothing goes back.

    Of equal numbers the first is taken, as in torch.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        n, c, h, w = x.shape
        pooled = x.new_empty(n, h // 2, w // 2, c).permute(0, 3, 1, 2)
        highest, places = integers(pooled), []
        for part in parts(pooled):
            first, second, third, fourth = _windows(integers(x), part)
            upper, lower = torch.maximum(first, second), torch.maximum(third, fourth)
            torch.maximum(upper, lower, out=highest[part])
            if ctx.needs_input_grad[0]:
                right, low = above(second, first), above(lower, upper)
                right += low * (above(fourth, third) - right)
                place = right.add_(low, alpha=2).add_(1)
                places.append(fold(place.mul_(positive(highest[part])), BITS))
        if ctx.needs_input_grad[0]:
            ctx.save_for_backward(*places)
            ctx.shape = x.shape
        return pooled

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (gradient,) = gradients
        n, c, h, w = ctx.shape
        sent = gradient.new_empty(n, h, w, c).permute(0, 3, 1, 2)
        sent[..., h // 2 * 2 :, :] = 0
        sent[..., w // 2 * 2 :] = 0
        for part, folded in zip(parts(gradient), ctx.saved_tensors, strict=True):
            numbers = integers(gradient)[part]
            places = unfold(folded, BITS, numbers)
            here = torch.empty_like(places)
            for place, window in enumerate(_windows(integers(sent), part), start=1):
                torch.mul(numbers, torch.eq(places, place, out=here), out=window)
        return sent


BITS = 4
"""In which a place is kept: five of them in three would lie across bytes."""


class _AveragePool(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, partial: bool) -> Tensor:
        ctx.shape, ctx.partial = x.shape, partial
        return F.avg_pool2d(x, 2, ceil_mode=partial)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        n, c, h, w = ctx.shape
        share = gradients[0] / 4
        sent = share.new_zeros(n, h, w, c).permute(0, 3, 1, 2)
        if ctx.partial and h % 2:
            share[:, :, -1] *= 2
        if ctx.partial and w % 2:
            share[..., -1] *= 2
        rows, columns = (h, w) if ctx.partial else (h // 2 * 2, w // 2 * 2)
        for window in (sent[:, :, i:rows:2, j:columns:2] for i in (0, 1) for j in (0, 1)):
            window.copy_(share[:, :, : window.shape[2], : window.shape[3]])
        return sent, None


def _windows(x: Tensor, part: slice) -> list[Tensor]:
    """Return the first, second, third and fourth number of each window of x (h, w, c)."""
    rows, w = x[2 * part.start : 2 * part.stop], x.shape[1] // 2 * 2
    return [rows[i::2, j:w:2] for i in (0, 1) for j in (0, 1)]
