"""Trained decoders with the encoders they belong to."""

import torch

from impasto.errors import ImpastoError
from impasto.feedforward.levels import Autoencoder
from impasto.networks.decoder import ALONE, Decoder, restored_decoder
from impasto.networks.encoder import load_encoder
from impasto.networks.precision import place
from impasto.weights.store import RANDOM, RANDOM_ARCHITECTURE
from impasto.weights.table import Architecture
from impasto.weights.trained import load_trained, trained_about

KIND = "decoder"
"""What the file of a decoder says it is."""


def decoder_architecture(name: str) -> Architecture:
    """Return the architecture of the encoder that a decoder mirrors, without reading its tensors.

    Raises:
        WeightsError: there is no such decoder.
    """
    if name == RANDOM:
        return RANDOM_ARCHITECTURE
    return "vgg19" if trained_about(name, KIND)["architecture"] == "vgg19" else "vgg16"


def load_autoencoders(
    name: str,
    numbers: tuple[int, ...],
    dtype: torch.dtype,
    device: torch.device,
) -> list[Autoencoder]:
    """Return the ways into these levels and back through one decoder, in this order.

    Raises:
        WeightsError: there is no such decoder.
        ImpastoError: it doesn't go so deep.
    """
    if name == RANDOM:
        decoder, about = _random_decoder(), {"encoder": RANDOM}
    else:
        weights, about = load_trained(name, KIND)
        decoder = restored_decoder(decoder_architecture(name), weights)
    ready = place(decoder.requires_grad_(False), device, dtype)
    encoder = load_encoder(about["encoder"], padding="reflect", dtype=dtype, device=device)
    unpools = about.get("unpools") == "yes"
    if max(numbers) > decoder.level:
        raise ImpastoError(
            f"the decoder {name} begins at level {decoder.level}; level {max(numbers)} was asked "
            "for; expected shallower ones, or another decoder"
        )
    return [Autoencoder(encoder, ready, number, unpools) for number in numbers]


def _random_decoder() -> Decoder:
    """Return a decoder that needs no file, the same every time; what it draws lies around gray."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        decoder = Decoder(RANDOM_ARCHITECTURE)
    weights = decoder.state_dict()
    for name in ("conv1_1", ALONE):
        weights[f"convolutions.{name}.weight"].mul_(0.1)
        weights[f"convolutions.{name}.bias"].fill_(0.5)
    return decoder
