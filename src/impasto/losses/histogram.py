"""How far the histogram of each channel is from that of a painting.

Paper: Risser, Wilmot and Barnes, "Stable and controllable neural texture synthesis and style
transfer using histogram losses", 2017, eq. 7: the squared distance of O and R(O), where R(O) has
the values of O replaced by those of the same rank in the painting. R(O) counts as constant in the
gradient, as there. Differs: the mean, not the sum; exact ranks, where the paper has 256 bins.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def sorted_values(
    features: Float[Tensor, "1 c h w"], mask: Float[Tensor, "1 1 h w"] | None = None
) -> Float[Tensor, "c n"]:
    """Return the values of each channel in ascending order: its histogram without bins.

    With a mask a position counts as much as the mask says: as many values as there are positions
    inside of it are returned, at equal shares of the weight.
    """
    wide = torch.promote_types(features.dtype, torch.float32)
    values = features[0].flatten(1).to(wide)
    if mask is None:
        return values.sort(dim=1).values
    inside = mask.flatten() > 0
    ascending, order = values[:, inside].sort(dim=1)
    shares = _midranks(mask.flatten()[inside][order])
    return _interpolate(_middles(shares), shares, ascending)


def mix_histograms(
    weights: Sequence[float], many: Sequence[Float[Tensor, "c _"]]
) -> Float[Tensor, "c n"]:
    """Average sorted values of the same rank, as many as the first has.

    In one dimension this is the Wasserstein barycenter.
    """
    positions = many[0].shape[1]
    return torch.stack(
        [w * _resample(each, positions) for w, each in zip(weights, many, strict=True)]
    ).sum(0)


def histogram_distance(
    features: Float[Tensor, "1 c h w"],
    target: Float[Tensor, "c n"],
    mask: Float[Tensor, "1 1 h w"] | None = None,
) -> Float[Tensor, ""]:
    """Return the mean squared difference between features and the target's values of the same rank.

    `target` comes from `sorted_values` and may hold another number of positions. With a mask a
    position counts as much as the mask says, in its rank and in the mean.
    """
    values = features[0].flatten(1).to(target.dtype)
    if mask is not None:
        return _masked_distance(values, target, mask.flatten().to(target.dtype))
    with torch.no_grad():
        ranks = values.argsort(dim=1)
        quantiles = _resample(target, values.shape[1])
        matched = torch.empty_like(values).scatter_(1, ranks, quantiles)
    return (values - matched).square().mean()


def _masked_distance(
    values: Float[Tensor, "c n"], target: Float[Tensor, "c m"], weights: Float[Tensor, " n"]
) -> Float[Tensor, ""]:
    with torch.no_grad():
        ranks = values.argsort(dim=1)
        shares = _midranks(weights[ranks])
        quantiles = _interpolate(shares, _middles(target), target)
        matched = torch.empty_like(values).scatter_(1, ranks, quantiles)
    return ((values - matched).square() @ weights).mean() / weights.sum()


def _midranks(weights: Float[Tensor, "c n"]) -> Float[Tensor, "c n"]:
    """Return the share of the weight that comes before each position, and half of its own."""
    weights = weights.double()
    return (weights.cumsum(1) - weights / 2) / weights.sum(1, keepdim=True)


def _middles(like: Float[Tensor, "c n"]) -> Float[Tensor, "c n"]:
    """Return the middles of n equal shares of 1, for each channel."""
    c, n = like.shape
    middles = torch.arange(n, dtype=torch.float64, device=like.device) + 0.5
    return (middles / n).expand(c, -1)


def _interpolate(
    at: Float[Tensor, "c n"], places: Float[Tensor, "c m"], values: Float[Tensor, "c m"]
) -> Float[Tensor, "c n"]:
    """Return what lies `at` some places on the straight lines between values at ascending ones."""
    above = torch.searchsorted(places.contiguous(), at.contiguous()).clamp(max=places.shape[1] - 1)
    below = (above - 1).clamp(min=0)
    start, end = places.gather(1, below), places.gather(1, above)
    share = ((at - start) / (end - start).clamp_min(1e-30)).clamp(0, 1).to(values.dtype)
    return values.gather(1, below).lerp(values.gather(1, above), share)


def _resample(values: Float[Tensor, "c n"], positions: int) -> Float[Tensor, "c m"]:
    if values.shape[1] == positions:
        return values
    # Sampled at the middle of each of `positions` equal shares of the ranks.
    return F.interpolate(values.unsqueeze(0), size=positions, mode="linear")[0]
