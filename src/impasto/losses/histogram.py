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


def sorted_values(features: Float[Tensor, "1 c h w"]) -> Float[Tensor, "c n"]:
    """Return the values of each channel in ascending order: its histogram without bins."""
    wide = torch.promote_types(features.dtype, torch.float32)
    return features[0].flatten(1).to(wide).sort(dim=1).values


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
    features: Float[Tensor, "1 c h w"], target: Float[Tensor, "c n"]
) -> Float[Tensor, ""]:
    """Return the mean squared difference between features and the target's values of the same rank.

    `target` comes from `sorted_values` and may hold another number of positions.
    """
    values = features[0].flatten(1).to(target.dtype)
    with torch.no_grad():
        ranks = values.argsort(dim=1)
        quantiles = _resample(target, values.shape[1])
        matched = torch.empty_like(values).scatter_(1, ranks, quantiles)
    return (values - matched).square().mean()


def _resample(values: Float[Tensor, "c n"], positions: int) -> Float[Tensor, "c m"]:
    if values.shape[1] == positions:
        return values
    # Sampled at the middle of each of `positions` equal shares of the ranks.
    return F.interpolate(values.unsqueeze(0), size=positions, mode="linear")[0]
