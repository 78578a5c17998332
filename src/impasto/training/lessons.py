"""From the settings of a training and its pictures to what is learned."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import torch

from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.networks.decoder import Decoder, restored_decoder
from impasto.networks.encoder import Encoder, load_encoder
from impasto.networks.precision import network_dtype, place
from impasto.networks.transformer import Painters
from impasto.training.adain import AdaIN
from impasto.training.first_level import fit_first_level
from impasto.training.johnson import Johnson, Weights
from impasto.training.loop import Lesson, Plan
from impasto.training.pictures import Collections
from impasto.training.reconstruction import Reconstruction
from impasto.training.settings import (
    NONE,
    Lasting,
    TrainAdaIN,
    TrainJohnson,
    TrainPhotoWCT,
    TrainWCT,
)
from impasto.weights.format import read_about
from impasto.weights.trained import load_trained, trained_path

ENCODER = "vgg16-normalized"
"""What decoders belong to: its features have a mean of 1 at every layer, as in the papers, so that
one weight serves all levels."""

SEES = "vgg16"
"""What judges pictures of networks without a decoder, as in Johnson's paper."""


@dataclass(frozen=True)
class Materials:
    """What there is to learn from; `styles` are paintings by name."""

    photos: Collections
    paintings: Collections | None = None
    styles: Mapping[str, Image] | None = None


class Course(NamedTuple):
    """What is learned, and what the file of the weights says of them."""

    lesson: Lesson
    metadata: dict[str, str]


def make_course(
    settings: Lasting, materials: Materials, device: torch.device | str = "cpu"
) -> Course:
    """Return what a training teaches.

    Raises:
        ImpastoError: it can't begin with the weights that are named, or pictures can't be used.
    """
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        course = _course(settings, materials, device)
    return course._replace(metadata={**course.metadata, **_earlier(settings)})


def _course(settings: Lasting, materials: Materials, device: torch.device | str) -> Course:
    dtype = network_dtype(settings.precision, torch.device(device))
    match settings:
        case TrainWCT():
            return _reconstruction(settings, materials, _encoder(ENCODER, dtype, device))
        case TrainPhotoWCT():
            return _reconstruction(
                settings, materials, _encoder(ENCODER, dtype, device), unpools=True
            )
        case TrainAdaIN():
            return _adain(settings, materials, _encoder(ENCODER, dtype, device))
        case TrainJohnson():
            return _johnson(settings, materials, _encoder(SEES, dtype, device))
        case _:
            raise TypeError(f"{settings!r} is no training")


def _earlier(settings: Lasting) -> dict[str, str]:
    """Return how long the network had learned that this one begins with, in all."""
    if settings.begin == NONE:
        return {}
    about = read_about(trained_path(settings.begin))
    names = ("steps", "seconds")
    return {
        f"earlier_{name}": str(int(about.get(name, 0)) + int(about.get(f"earlier_{name}", 0)))
        for name in names
    }


def make_plan(settings: Lasting, device: torch.device | str = "cpu") -> Plan:
    """Return how long it lasts."""
    return Plan(
        settings.steps,
        batch=settings.batch,
        learning_rate=settings.learning_rate,
        cooldown=settings.cooldown,
        average=settings.average,
        interval=settings.interval,
        patience=settings.patience,
        seed=settings.seed,
        dtype=network_dtype(settings.precision, torch.device(device)),
    )


def _encoder(name: str, dtype: torch.dtype, device: torch.device | str) -> Encoder:
    return load_encoder(name, padding="reflect", dtype=dtype, device=device)


def _reconstruction(
    settings: TrainWCT | TrainPhotoWCT,
    materials: Materials,
    encoder: Encoder,
    *,
    unpools: bool = False,
) -> Course:
    photos = materials.photos
    network = place(_decoder(settings.begin, encoder, settings.level), encoder.device)
    fit_first_level(network, encoder, photos.learned, settings.side)
    lesson = Reconstruction(
        encoder,
        network,
        photos.learned,
        photos.held_out,
        side=settings.side,
        unpools=unpools,
    )
    return Course(lesson, _decoder_metadata(encoder, unpools="yes" if unpools else "no"))


def _adain(settings: TrainAdaIN, materials: Materials, encoder: Encoder) -> Course:
    assert materials.paintings is not None
    lesson = AdaIN(
        encoder,
        place(_decoder(settings.begin, encoder, 4), encoder.device),
        materials.photos,
        materials.paintings,
        side=settings.side,
        style_weight=settings.style_weight,
    )
    return Course(lesson, _decoder_metadata(encoder, unpools="no"))


def _johnson(settings: TrainJohnson, materials: Materials, encoder: Encoder) -> Course:
    styles = materials.styles or {}
    lesson = Johnson(
        encoder,
        place(_painters(settings, styles), encoder.device),
        [each.to(encoder.device) for each in styles.values()],
        materials.photos.learned,
        materials.photos.held_out,
        side=settings.side,
        style_side=settings.style_side,
        weights=Weights(settings.content_weight, settings.style_weight, settings.tv_weight),
    )
    about = {"kind": "painters", "paintings": json.dumps(list(styles))}
    return Course(lesson, about)


def _decoder(begin: str, encoder: Encoder, level: int) -> Decoder:
    """Return the decoder that a training begins with."""
    if begin == NONE:
        return Decoder(encoder.architecture, level)
    return restored_decoder(encoder.architecture, load_trained(begin, "decoder")[0], level)


def _painters(settings: TrainJohnson, paintings: Iterable[str]) -> Painters:
    """Return the network that a training begins with."""
    names = list(paintings)
    network = Painters(len(names), settings.width)
    if settings.begin == NONE:
        return network
    learned, about = load_trained(settings.begin, "painters")
    width = learned["transformer.convolutions.stem.weight"].shape[0]
    if width != settings.width:
        raise ImpastoError(
            f"{settings.begin} is {width} channels wide, and width is {settings.width}; expected "
            "the same"
        )
    manners = dict(zip(json.loads(about["paintings"]), learned["manners"], strict=True))
    usual = learned["manners"].mean(0)  # nearer to any painter's than none
    own = torch.stack([manners.get(name, usual) for name in names])
    network.load_state_dict({**learned, "manners": own})
    return network


def _decoder_metadata(encoder: Encoder, *, unpools: str) -> dict[str, str]:
    return {
        "kind": "decoder",
        "encoder": ENCODER,
        "architecture": encoder.architecture,
        "unpools": unpools,
    }
