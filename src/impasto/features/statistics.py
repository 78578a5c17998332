"""What is measured on features: the first two moments over positions.

Both descriptions of a style that this project matches are made of them: the Gram matrix (Gatys,
Ecker and Bethge, CVPR 2016, eq. 3) is the second moment times the number of positions, and mean and
covariance give the Wasserstein-2 distance between two Gaussians.
"""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor


class Moments(NamedTuple):
    """Raw moments of c channels over positions: E[f] (c,) and E[f fᵀ] (c, c), at least float32."""

    mean: Float[Tensor, " c"]
    second: Float[Tensor, "c c"]


class Probe(NamedTuple):
    """Where the moments of a layer are taken, and how much each position counts.

    `rows` and `columns` are (start, stop) in the grid of the features at hand, which may belong to
    a part of a picture only: what is found in all parts then adds up to the moments of the whole.
    Each of `shares` asks for moments of its own: a number that every position counts, or one for
    each of these rows and columns. Over the whole picture shares add up to 1.
    """

    rows: tuple[int, int]
    columns: tuple[int, int]
    shares: tuple[float | Float[Tensor, "rows columns"], ...]

    def between(self, start: int, stop: int, origin: int) -> "Probe":
        """Return the part in the rows from `start` to `stop`, counted from the row `origin`."""
        top, bottom = self.rows
        first, last = min(max(start, top), bottom), max(min(stop, bottom), top)
        shares = tuple(
            each[first - top : last - top] if isinstance(each, Tensor) else each
            for each in self.shares
        )
        return Probe((first - origin, max(first, last) - origin), self.columns, shares)


def moments(
    features: Float[Tensor, "1 c h w"], mask: Float[Tensor, "1 1 h w"] | None = None
) -> Moments:
    """Measure features, each position counting as much as `mask` says (everywhere 1 by default).

    Weighting positions by a mask is the guided Gram matrix of Gatys et al. ("Controlling Perceptual
    Factors", CVPR 2017, eq. 5) with squared guidance T² = mask / Σ mask.

    Accumulates in float32 whatever the network ran in: a bfloat16 sum over a megapixel has no
    correct digit left.
    """
    h, w = features.shape[-2:]
    share = 1 / (h * w) if mask is None else shares(mask.to(_wide(features)))
    return probe_moments(features, Probe((0, h), (0, w), (share,)))[0]


def shares(mask: Float[Tensor, "1 1 h w"]) -> Float[Tensor, "h w"]:
    """Return how much each position counts: mask / Σ mask, or 0 everywhere if the mask is empty."""
    return mask[0, 0] / mask.sum().clamp_min(torch.finfo(mask.dtype).tiny)


def probe_moments(features: Float[Tensor, "1 c h w"], probe: Probe) -> list[Moments]:
    """Return the part of the moments that lies in these features, for each of the probe's shares.

    What is kept for the gradient are the features as they are, which the network has anyway.
    """
    return paired(_Moments.apply(features, probe))


class _Moments(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: Tensor, probe: Probe) -> tuple[Tensor, ...]:
        ctx.set_materialize_grads(False)
        ctx.probe = probe
        ctx.save_for_backward(features)
        return sums(features, probe)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> tuple[Tensor, None]:
        (features,) = ctx.saved_tensors
        total = torch.zeros_like(features)
        add_gradient(total, features, ctx.probe, gradients)
        return total, None


def paired(tensors: Sequence[Tensor]) -> list[Moments]:
    """Return moments of what an autograd function has to give one after the other."""
    return [Moments(*pair) for pair in zip(tensors[::2], tensors[1::2], strict=True)]


def sums(features: Float[Tensor, "1 c h w"], probe: Probe) -> tuple[Tensor, ...]:
    """Return Σ s f and Σ s f fᵀ for each of the shares s; a part at a time is widened."""
    inside, channels = _inside(features, probe), features.shape[1]
    wide = _wide(features)
    found = [features.new_zeros(shape, dtype=wide) for shape in _shapes(channels, probe)]
    for part in _parts(inside):
        rows = inside[part].reshape(-1, channels).to(wide)
        ones = rows.new_ones(1, len(rows))  # a product adds them up sooner than a sum
        for share, mean, second in zip(probe.shares, found[::2], found[1::2], strict=True):
            weighed = rows * share[part].reshape(-1, 1) if isinstance(share, Tensor) else rows
            mean += (ones @ weighed)[0]
            second.addmm_(weighed.T, rows)
    for share, mean, second in zip(probe.shares, found[::2], found[1::2], strict=True):
        if not isinstance(share, Tensor):
            mean *= share
            second *= share
    return tuple(found)


def add_gradient(
    total: Float[Tensor, "1 c h w"],
    features: Float[Tensor, "1 c h w"],
    probe: Probe,
    gradients: Sequence[Tensor | None],
) -> None:
    """Add s (f (D + Dᵀ) + d), what `sums` sends back, to a gradient.

    D + Dᵀ is rounded to the network's numbers, as what becomes of it is anyway.
    """
    inside, onto, channels = _inside(features, probe), _inside(total, probe), features.shape[1]
    for share, to_mean, to_second in zip(
        probe.shares, gradients[::2], gradients[1::2], strict=True
    ):
        factor = 1.0 if isinstance(share, Tensor) else share
        both = None if to_second is None else (factor * (to_second + to_second.T)).to(total.dtype)
        each = None if to_mean is None else (factor * to_mean).to(total.dtype)
        for part in _parts(inside):
            rows = inside[part].reshape(-1, channels)
            if isinstance(share, Tensor):
                found = torch.zeros_like(rows) if both is None else rows @ both
                found = found if each is None else found.add_(each)
                onto[part] += found.mul_(share[part].reshape(-1, 1)).view(onto[part].shape)
                continue
            if both is not None:
                _add_product(onto[part], rows, both)
            if each is not None:
                onto[part] += each


def _add_product(onto: Tensor, rows: Tensor, matrix: Tensor) -> None:
    """Add rows @ matrix, at once where the numbers lie one after the other."""
    if onto.is_contiguous():
        onto.view(rows.shape).addmm_(rows, matrix)
    else:
        onto += (rows @ matrix).view(onto.shape)


def _inside(features: Tensor, probe: Probe) -> Tensor:
    """Return what the probe sees as (rows, columns, channels): no copy of what is channels last."""
    return features[0].permute(1, 2, 0)[slice(*probe.rows), slice(*probe.columns)]


def _wide(features: Tensor) -> torch.dtype:
    return torch.promote_types(features.dtype, torch.float32)


def _shapes(channels: int, probe: Probe) -> list[tuple[int, ...]]:
    return [(channels,), (channels, channels)] * len(probe.shares)


PART = 2**20
"""Numbers that are widened at once: 4 MiB, which a processor's cache holds; of fewer, a matrix
product is slower."""


def _parts(inside: Tensor) -> Iterator[slice]:
    height, *others = inside.shape
    rows = max(1, PART // max(1, prod(others)))
    return (slice(start, start + rows) for start in range(0, height, rows))


def add(some: Sequence[Moments], others: Sequence[Moments]) -> list[Moments]:
    """Return the sums of moments that were taken in parts of one picture."""
    return [
        Moments(one.mean + other.mean, one.second + other.second)
        for one, other in zip(some, others, strict=True)
    ]


def mix(weights: Sequence[float], many: Sequence[Moments]) -> Moments:
    """Return the moments of a mixture: Σ w_i E_i. The weights should sum to 1."""
    mean = sum(w * each.mean for w, each in zip(weights, many, strict=True))
    second = sum(w * each.second for w, each in zip(weights, many, strict=True))
    return Moments(torch.as_tensor(mean), torch.as_tensor(second))


def shifted(measured: Moments, shift: float) -> Float[Tensor, "c c"]:
    """Return E[(f - s)(f - s)ᵀ], the second moment of features that are all less by s."""
    if not shift:
        return measured.second
    cross = shift * (measured.mean[:, None] + measured.mean[None, :])
    return measured.second - cross + shift**2


def covariance(measured: Moments, jitter: float = 0.0) -> Float[Tensor, "c c"]:
    """Return Σ = E[f fᵀ] - E[f] E[f]ᵀ + jitter · I."""
    sigma = measured.second - torch.outer(measured.mean, measured.mean)
    if not jitter:
        return sigma
    return sigma + jitter * torch.eye(len(sigma), dtype=sigma.dtype, device=sigma.device)
