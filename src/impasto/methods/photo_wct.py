"""A photo given the colors and the light of another, and still a photo.

Paper: Li, Liu, Li, Yang and Kautz, "A closed-form solution to photorealistic image stylization",
ECCV 2018. Features are whitened and colored as in WCT, but a decoder that knows where the maxima of
pools were makes the picture (section 3.1); then what is alike in the photo is made alike in the
picture too (section 3.2).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import prod

import torch
from torch import Tensor

from impasto.contracts import Inputs, Stage, Step
from impasto.features.affine import whiten_color
from impasto.feedforward.autoencoders import load_autoencoders
from impasto.feedforward.cascade import Transfer, cascade
from impasto.feedforward.prepare import NETWORK, arranged, plan_cascade
from impasto.images.smoothing import (
    guiding_need,
    matting_need,
    smooth_by_guiding,
    smooth_by_matting,
)
from impasto.methods.photo_wct_settings import PhotoWCT, Smoothing
from impasto.networks.precision import network_dtype

MATTED = 512 * 512
"""Pixels up to which "auto" solves for the whole picture at once: some ten seconds."""


SMOOTHED = "smoothed"
"""In a state that needs nothing more."""


def run(
    settings: PhotoWCT,
    inputs: Inputs,
    *,
    resume: Mapping[str, Tensor] | None = None,
    memory: int | None = None,
) -> Iterator[Step]:
    """Yield a step for every tile of every level, and one for the smoothing."""
    device = inputs.content.device
    (stage,) = plan(settings, inputs, memory)
    dtype = network_dtype(settings.precision, device)
    levels = load_autoencoders(settings.decoder, settings.levels, dtype, device)
    join = partial(whiten_color, identity_term=settings.identity_term)
    content, styles = arranged(settings, inputs)
    state = resume
    for step in cascade(
        Transfer(levels, join, settings.strength),
        content,
        styles,
        inputs.masks,
        side=stage.tile,
        resume=resume,
    ):
        if step.last and step.state is not None:
            state = step.state()
        yield replace(step, total=stage.evaluations)
    if settings.smoothing != "none" and state is not None and SMOOTHED not in state:
        smooth = {"matting": smooth_by_matting, "guided": smooth_by_guiding}
        smoothed = smooth[_smoothing(settings, stage.size, memory)](state["best"], content)
        yield Step(
            lambda: smoothed,
            stage.evaluations,
            stage.evaluations,
            stage="smoothing",
            state=lambda: {**state, "best": smoothed, SMOOTHED: torch.tensor(True)},
        )


def plan(settings: PhotoWCT, inputs: Inputs, memory: int | None = None) -> list[Stage]:
    """Return size and memory of the picture, in tiles if it takes too much."""
    stage = plan_cascade(settings, settings.decoder, settings.levels, inputs, memory)
    if settings.smoothing == "none":
        return [stage]
    need = {"matting": matting_need, "guided": guiding_need}
    smoothed = NETWORK + need[_smoothing(settings, stage.size, memory)](stage.size)
    return [replace(stage, evaluations=stage.evaluations + 1, memory=max(stage.memory, smoothed))]


def _smoothing(settings: PhotoWCT, size: tuple[int, int], memory: int | None) -> Smoothing:
    if settings.smoothing != "auto":
        return settings.smoothing
    fits = memory is None or NETWORK + matting_need(size) <= memory
    return "matting" if prod(size) <= MATTED and fits else "guided"
