"""The way into the features of one layer and back, as a cascade takes it."""

from dataclasses import dataclass

import torch

from impasto.contracts import Image
from impasto.feedforward.cascade import Coded
from impasto.networks.decoder import Decoder, decoder_margin
from impasto.networks.encoder import Encoder


@dataclass(frozen=True)
class Autoencoder:
    """An encoder and its decoder at relu{number}_1.

    With `unpools` every maximum goes back to where a pool found it.
    """

    encoder: Encoder
    decoder: Decoder
    number: int
    unpools: bool = False

    @property
    def layer(self) -> str:
        """The layer whose features are changed."""
        return f"relu{self.number}_1"

    @property
    def margin(self) -> int:
        """Pixels around a tile that the decoder looks at."""
        return decoder_margin(self.decoder.architecture, self.number)

    def encode(self, image: Image) -> Coded:
        """Return the features of a picture whose sides are multiples of the layer's stride."""
        if self.unpools:
            features, places = self.encoder.trace(image, self.layer)
            return Coded(features, tuple(places))
        return Coded(self.encoder(image, [self.layer])[self.layer])

    def decode(self, coded: Coded) -> Image:
        """Return the picture of such features."""
        features = coded.features.contiguous(memory_format=torch.channels_last)
        return self.decoder(features, self.number, coded.places or None).float()
