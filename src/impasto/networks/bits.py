"""What of a layer is remembered in a bit or four, and numbers masked by it.

Whether a number is positive, which of two is larger: torch answers such questions about integers
several times as fast as about floating-point numbers, if the answers too are as wide as they are.
Of numbers from 0 up both keep the same order, and a number times 1 or 0 is itself or 0 either way.
"""

from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

PART = 2**20
"""Bytes that are worked on at once: few enough that what lies between two steps stays in the
processor's cache and in memory that was used before, and so many that starting a step costs
little. A quarter of this and four times as much are both a seventh slower in a pool of float32."""

INTEGERS = {2: torch.int16, 4: torch.int32, 8: torch.int64}
"""As wide as floating-point numbers of so many bytes."""


def parts(x: Tensor) -> Iterator[slice]:
    """Yield parts of the rows of x (1, c, h, w)."""
    h = x.shape[-2]
    rows = max(1, PART * h // max(1, x.nbytes))
    return (slice(start, min(start + rows, h)) for start in range(0, h, rows))


def integers(x: Tensor) -> Tensor:
    """Return the bits of x (1, c, h, w) as integers (h, w, c), which is how they lie in memory."""
    return x[0].permute(1, 2, 0).view(INTEGERS[x.dtype.itemsize])


def positive(numbers: Tensor) -> Tensor:
    """Return 1 where an integer is above 0, and 0 elsewhere, as integers of the same width."""
    return torch.gt(numbers, 0, out=torch.empty_like(numbers))


def above(numbers: Tensor, others: Tensor) -> Tensor:
    """Return 1 where an integer is above another, and 0 elsewhere, as integers of their width."""
    return torch.gt(numbers, others, out=numbers.new_empty(numbers.shape))


def fold(numbers: Tensor, bits: int) -> Tensor:
    """Return small integers as bytes, each made of as many as go into one with so many bits.

    Those that share a byte lie far from each other: what is done is done to long rows.
    """
    count = 8 // bits
    flat = numbers.to(torch.uint8).flatten()
    if left := -len(flat) % count:
        flat = F.pad(flat, (0, left))
    first, *others = flat.view(count, -1)
    folded = first.clone()
    for place, each in enumerate(others, start=1):
        folded.add_(each, alpha=2 ** (place * bits))
    return folded


def unfold(folded: Tensor, bits: int, like: Tensor) -> Tensor:
    """Return what `fold` was given, as many integers as `like` has, of its shape and width."""
    places = torch.arange(0, 8, bits, dtype=torch.uint8, device=folded.device).unsqueeze(1)
    flat = (folded >> places).bitwise_and_(2**bits - 1).flatten()
    return flat[: like.numel()].view(like.shape).to(like.dtype)


def pack(x: Tensor) -> list[Tensor]:
    """Return for each number of x (1, c, h, w) a bit: whether it is positive. See `masked`."""
    numbers = integers(x)
    return [fold(positive(numbers[part]), 1) for part in parts(x)]


def masked(x: Tensor, packed: Sequence[Tensor]) -> Tensor:
    """Return x (1, c, h, w) where a bit is set, and 0 elsewhere."""
    n, c, h, w = x.shape
    kept = x.new_empty(n, h, w, c).permute(0, 3, 1, 2)
    numbers, onto = integers(x), integers(kept)
    for part, bits in zip(parts(x), packed, strict=True):
        torch.mul(numbers[part], unfold(bits, 1, numbers[part]), out=onto[part])
    return kept
