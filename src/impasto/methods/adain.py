"""Style transfer by adaptive instance normalization (Huang and Belongie, ICCV 2017).

Every channel of the photo's features at relu4_1 gets the mean and the deviation that it has in the
painting (eq. 8); a trained decoder makes a picture of that.
"""

from collections.abc import Iterator, Mapping

from torch import Tensor

from impasto.contracts import Inputs, Stage, Step
from impasto.features.affine import adain
from impasto.feedforward.autoencoders import load_autoencoders
from impasto.feedforward.cascade import Transfer, cascade
from impasto.feedforward.prepare import arranged, plan_cascade
from impasto.methods.adain_settings import AdaIN
from impasto.networks.precision import network_dtype

LEVELS = (4,)
"""The deepest layer is relu4_1, as in the paper."""


def run(
    settings: AdaIN,
    inputs: Inputs,
    *,
    resume: Mapping[str, Tensor] | None = None,
    memory: int | None = None,
) -> Iterator[Step]:
    """Yield a step for every tile."""
    device = inputs.content.device
    (stage,) = plan(settings, inputs, memory)
    dtype = network_dtype(settings.precision, device)
    levels = load_autoencoders(settings.decoder, LEVELS, dtype, device)
    yield from cascade(
        Transfer(levels, adain, settings.strength),
        *arranged(settings, inputs),
        inputs.masks,
        side=stage.tile,
        resume=resume,
    )


def plan(settings: AdaIN, inputs: Inputs, memory: int | None = None) -> list[Stage]:
    """Return size and memory of the picture, in tiles if it takes too much."""
    return [plan_cascade(settings, settings.decoder, LEVELS, inputs, memory)]
