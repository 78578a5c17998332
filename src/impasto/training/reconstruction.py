"""A decoder learns to give back the picture that an encoder saw, from any of its levels.

Paper: Li et al., "Universal style transfer via feature transforms", NeurIPS 2017, eq. 1: the
squared error of the picture plus λ times that of its features. Here both are under a logarithm, so
that levels which lose much don't drown those that lose little: decoders of all levels share their
end.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import Module

from impasto.contracts import Image
from impasto.networks.decoder import Decoder
from impasto.networks.encoder import Encoder
from impasto.training.loop import Batch
from impasto.training.pictures import Pictures, side_by_side

FEATURES = 0.01
"""λ, for features with a mean of 1: at relu4_1 both terms weigh about the same."""

FLOOR = 1e-5
"""Squared errors below it (50 dB) count no more: nobody sees them."""

SHOWN = 4
"""Held-out pictures on the sheet."""


class Reconstruction:
    """What a decoder is to learn, on crops with so many pixels a side, a multiple of 16.

    The first level is none of it: `fit_first_level` has the best there is.
    With `unpools` it is told where the maxima of pools were, as in PhotoWCT (Li et al., ECCV 2018).
    """

    def __init__(
        self,
        encoder: Encoder,
        network: Decoder,
        learned: Pictures,
        held_out: Pictures,
        *,
        side: int = 192,
        judged: int = 8,
        unpools: bool = False,
    ) -> None:
        self.encoder, self.network, self.learned = encoder, network, learned
        self.unpools = unpools
        self.side, self.levels = side, tuple(range(2, network.level + 1))
        self.kept_out = held_out.middles(judged, side).to(encoder.device)

    def example(self, rng: torch.Generator) -> Batch:
        """Return a crop, and the level from which it is to be made again."""
        crop = self.learned.crops(1, self.side, rng)
        # The deeper, the more there is to learn.
        chances = torch.tensor(self.levels, dtype=torch.float32)
        return crop, self.levels[0] + torch.multinomial(chances, 1, generator=rng)

    def held_out(self) -> Sequence[Batch]:
        """Return held-out crops for each level."""
        count = len(self.kept_out)
        return [(self.kept_out, torch.full((count,), level)) for level in self.levels]

    def losses(self, network: Module, batch: Batch) -> dict[str, Tensor]:
        """Return the logarithm of the error, in the mean over the batch."""
        each = [
            self._loss(network, crop[None], int(level)) for crop, level in zip(*batch, strict=True)
        ]
        return {"error": torch.stack(each).mean()}

    def _loss(self, network: Module, crop: Image, level: int) -> Tensor:
        layer = f"relu{level}_1"
        image, features = self._again(network, crop, level)
        again = self.encoder(image, [layer])[layer]
        pixels = (image - crop).square().mean()
        seen = (again.float() - features).square().mean()
        return (pixels + FEATURES * seen + FLOOR).log()

    def _again(self, network: Module, crop: Image, level: int) -> tuple[Image, Tensor]:
        """Return what is made of a crop, and the features that it is made of."""
        layer, places = f"relu{level}_1", None
        with torch.no_grad():
            if self.unpools:
                features, places = self.encoder.trace(crop, layer)
            else:
                features = self.encoder(crop, [layer])[layer]
        return network(features.float(), level, places).float(), features.float()

    @torch.no_grad()
    def show(self, network: Module) -> Image:
        """Return held-out pictures, and below what is made of each level of them."""
        rows = [self.kept_out[:SHOWN]]
        for level in (1, *self.levels):
            made = [self._again(network, crop[None], level)[0] for crop in rows[0]]
            rows.append(torch.cat(made).clamp(0, 1))
        return side_by_side(rows)
