"""Style as the mean and the deviation of each channel, the least of its descriptions."""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.features.affine import EPSILON


class Channels(NamedTuple):
    """The mean and the standard deviation (c,) of each channel, at least float32."""

    mean: Float[Tensor, " c"]
    deviation: Float[Tensor, " c"]


def channel_statistics(features: Float[Tensor, "1 c h w"]) -> Channels:
    """Return the mean of each channel over positions, and the deviation of a sample.

    As in `features.affine.adain` a little is added to the variance: the root of 0 has no gradient.
    """
    x = features[0].flatten(1).to(torch.promote_types(features.dtype, torch.float32))
    variance = x.var(1, correction=min(1, x.shape[1] - 1))
    return Channels(x.mean(1), (variance + EPSILON).sqrt())


def channel_loss(features: Float[Tensor, "1 c h w"], target: Channels) -> Float[Tensor, ""]:
    """Return mean (μ - μₛ)² + mean (σ - σₛ)² over channels.

    Paper: Li, Wang, Liu and Hou, "Demystifying neural style transfer", IJCAI 2017, section 4.2;
    Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance
    normalization", ICCV 2017, eq. 13, with the mean over channels of their program.
    """
    own = channel_statistics(features)
    mean = (own.mean - target.mean).square().mean()
    return mean + (own.deviation - target.deviation).square().mean()
