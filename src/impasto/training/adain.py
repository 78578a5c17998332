"""A decoder learns to paint from features that have another picture's statistics.

Paper: Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance
normalization", ICCV 2017, section 5 and 6. What it paints should have the features that it was
given (eq. 12) and, on four levels, the painting's means and deviations (eq. 13).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module

from impasto.contracts import Image
from impasto.features.affine import adain, sample_of
from impasto.losses.channel_statistics import channel_loss, channel_statistics
from impasto.networks.decoder import Decoder
from impasto.networks.encoder import Encoder
from impasto.training.loop import Batch
from impasto.training.pictures import Collections, side_by_side

LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1")
"""Where the style is compared; the photo meets the painting in the last of them."""

STYLE_WEIGHT = 10.0
"""λ of eq. 11, as in the authors' program."""

SHOWN = 4
"""Held-out pairs on the sheet."""


class AdaIN:
    """What a decoder of relu4_1 is to learn, on crops with so many pixels a side."""

    def __init__(
        self,
        encoder: Encoder,
        network: Decoder,
        photos: Collections,
        paintings: Collections,
        *,
        side: int = 192,
        judged: int = 8,
        style_weight: float = STYLE_WEIGHT,
    ) -> None:
        self.encoder, self.network = encoder, network
        self.photos, self.paintings = photos.learned, paintings.learned
        self.side, self.style_weight = side, style_weight
        kept = photos.held_out.middles(judged, side), paintings.held_out.middles(judged, side)
        count = min(map(len, kept))
        self.pairs: Batch = tuple(each[:count].to(encoder.device) for each in kept)

    def example(self, rng: torch.Generator) -> Batch:
        """Return a crop of a photo and one of a painting."""
        photo = self.photos.crops(1, self.side, rng)
        return photo, self.paintings.crops(1, self.side, rng)

    def held_out(self) -> Sequence[Batch]:
        """Return the held-out pairs."""
        return [self.pairs]

    def losses(self, network: Module, batch: Batch) -> dict[str, Tensor]:
        """Return the content and the style term, each in the mean over the batch."""
        each = [
            self._losses(network, photo[None], art[None]) for photo, art in zip(*batch, strict=True)
        ]
        return {name: torch.stack([one[name] for one in each]).mean() for name in each[0]}

    def _losses(self, network: Module, photo: Image, painting: Image) -> dict[str, Tensor]:
        with torch.no_grad():
            given, wanted = self._joined(photo, painting)
        made = self.encoder(network(given).float(), LAYERS)
        style = [channel_loss(made[n], channel_statistics(wanted[n])) for n in LAYERS]
        return {
            "content": F.mse_loss(made[LAYERS[-1]].float(), given),
            "style": self.style_weight * torch.stack(style).sum(),
        }

    def _joined(self, photo: Image, painting: Image) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the photo's features with the painting's statistics, and the painting's own."""
        deepest = LAYERS[-1]
        own, wanted = self.encoder(photo, [deepest])[deepest], self.encoder(painting, LAYERS)
        with torch.autocast(
            photo.device.type, enabled=False
        ):  # statistics are exact in every arithmetic
            change = adain(sample_of(own), sample_of(wanted[deepest]))
            return change(own.float()), wanted

    @torch.no_grad()
    def show(self, network: Module) -> Image:
        """Return held-out photos, paintings, and what is made of them, below one another."""
        photos, paintings = (each[:SHOWN] for each in self.pairs)
        made = [
            network(self._joined(photo[None], painting[None])[0]).float().clamp(0, 1)
            for photo, painting in zip(photos, paintings, strict=True)
        ]
        return side_by_side((photos, paintings, torch.cat(made)))
