"""A picture in one pass of a network that has learned its paintings.

Paper: Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style transfer and
super-resolution", ECCV 2016; for several paintings in one network Dumoulin, Shlens and Kudlur, "A
learned representation for artistic style", ICLR 2017: a painting is a scale and a shift of every
channel, and so is any mixture of paintings.
"""

from collections.abc import Iterator, Mapping
from math import prod

import torch
from torch import Tensor, nn

from impasto.contracts import Image, Inputs, Masks, Stage, Step
from impasto.errors import ImpastoError
from impasto.features.tiles import make_strips
from impasto.feedforward.painter import Painter
from impasto.feedforward.painters import Trained, load_painters
from impasto.feedforward.prepare import result_size
from impasto.images.resize import extended, mirrored, resize, resize_masks, size_of
from impasto.methods.johnson_settings import Johnson
from impasto.networks.precision import network_dtype
from impasto.networks.transformer import STRIDE, Transformer, shapes
from impasto.shelf import put_back, room_for, shelve

NETWORK = 150_000_000
"""Bytes, whatever the size: the network, what lies around it, and a strip of a layer."""

PIXEL = 150
"""Bytes per pixel of pictures and layers."""


def run(
    settings: Johnson, inputs: Inputs, *, resume: Mapping[str, Tensor] | None = None
) -> Iterator[Step]:
    """Yield a step for every layer; before the last one the picture is the photo.

    What is resumed begins again, since it takes seconds, and ends in the same bits.
    """
    (stage,) = plan(settings, inputs)
    device = inputs.content.device
    dtype = network_dtype(settings.precision, device)
    trained = load_painters(settings.network, dtype, device)
    photo = shelve(resize(inputs.content, stage.size))
    masks = None if inputs.masks is None else resize_masks(inputs.masks, stage.size)
    manners = _manners(settings, trained, masks)
    given = None if masks is None else extended(masks, STRIDE)
    painter = Painter(trained.network, manners, given)
    for index, (stage_name, picture) in enumerate(painter.paint(extended(photo, STRIDE)), start=1):
        last = index == stage.evaluations
        shown = _mixed(settings.strength, photo, picture, masks) if last else photo
        yield Step(
            lambda shown=shown: shown,
            index,
            stage.evaluations,
            stage=stage_name,
            state=lambda shown=shown: {"best": shown},
        )


def graph(settings: Johnson) -> nn.Module:
    """Return all that happens to a photo of its size, as one network in float32.

    Raises:
        ImpastoError: it hasn't learned one of the paintings.
    """
    trained = load_painters(settings.network, torch.float32, torch.device("cpu"))
    return _Graph(trained.network, _mixture(settings, trained), settings.strength)


class _Graph(nn.Module):
    def __init__(self, network: Transformer, manner: Tensor, strength: float) -> None:
        super().__init__()
        self.network, self.strength = network, strength
        self.register_buffer("manner", manner)

    def forward(self, photo: Tensor) -> Tensor:
        h, w = photo.shape[-2:]
        painted = self.network(mirrored(photo, STRIDE), self.manner)[..., :h, :w]
        return torch.lerp(photo, painted, self.strength)


def plan(settings: Johnson, inputs: Inputs) -> list[Stage]:
    """Return size and memory of the picture; large layers lie in files."""
    size = result_size(settings, inputs)
    return [Stage(size, len(shapes(1)), NETWORK + PIXEL * prod(size))]


def _manners(settings: Johnson, trained: Trained, masks: Masks | None) -> Tensor:
    """Return the manner of each region: with masks a painting each, otherwise their mixture.

    Raises:
        ImpastoError: there are other numbers of regions and of paintings.
    """
    manners = trained.chosen(settings.paintings)
    if masks is not None and len(manners) == len(masks):
        return manners
    if masks is not None and len(manners) > 1:
        raise ImpastoError(
            f"there are {len(masks)} regions for {len(manners)} paintings; expected one painting "
            "for each region, or one for all"
        )
    return _mixture(settings, trained).expand(1 if masks is None else len(masks), -1)


def _mixture(settings: Johnson, trained: Trained) -> Tensor:
    """Return the manner (1, _) of all paintings together, in their shares."""
    manners = trained.chosen(settings.paintings)
    shares = torch.tensor([settings.shares]).expand(1, len(manners)).to(manners)
    return (shares / shares.sum()) @ manners


def _mixed(strength: float, photo: Image, painted: Image, masks: Masks | None) -> Image:
    """Return (1 - s) photo + s painted, with the share s of a pixel that lies in the regions."""
    mixed = room_for(photo.shape, photo)
    for strip in make_strips(size_of(photo), overlap=0):
        share = torch.tensor(strength).to(photo)
        if masks is not None:
            share = share * strip.cut(masks).sum(0).clamp(max=1)
        torch.lerp(strip.cut(photo), strip.cut(painted), share, out=strip.cut(mixed))
        for each in (photo, painted, mixed):
            put_back(each)
    return mixed
