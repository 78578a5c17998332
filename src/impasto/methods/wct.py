"""Universal style transfer by whitening and coloring (Li et al., NeurIPS 2017).

From the deepest level to the first, the photo's features get the mean and the covariance of the
painting's (eq. 3 and 4), a decoder makes a picture of them, and the next level begins with that.
"""

from collections.abc import Iterator, Mapping
from functools import partial

import torch
from torch import Tensor

from impasto.contracts import Inputs, Stage, Step
from impasto.features.affine import whiten_color
from impasto.feedforward.autoencoders import load_autoencoders
from impasto.feedforward.cascade import Transfer, cascade
from impasto.feedforward.prepare import arranged, plan_cascade
from impasto.methods.wct_settings import WCT
from impasto.networks.precision import network_dtype


def run(
    settings: WCT,
    inputs: Inputs,
    *,
    rng: torch.Generator,
    resume: Mapping[str, Tensor] | None = None,
    memory: int | None = None,
) -> Iterator[Step]:
    """Yield a step for every tile of every level."""
    device = inputs.content.device
    (stage,) = plan(settings, inputs, memory)
    dtype = network_dtype(settings.precision, device)
    levels = load_autoencoders(settings.decoder, _levels(settings), dtype, device)
    content, styles = arranged(settings, inputs)
    if settings.start == "noise":
        content = torch.rand(content.shape, generator=rng).to(device)
    yield from cascade(
        Transfer(
            levels,
            partial(whiten_color, identity_term=settings.identity_term),
            settings.strength,
        ),
        content,
        styles,
        inputs.masks,
        side=stage.tile,
        resume=resume,
    )


def plan(settings: WCT, inputs: Inputs, memory: int | None = None) -> list[Stage]:
    """Return size and memory of the picture, in tiles if it takes too much."""
    return [plan_cascade(settings, settings.decoder, _levels(settings), inputs, memory)]


def _levels(settings: WCT) -> tuple[int, ...]:
    return settings.levels * settings.passes
