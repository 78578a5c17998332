"""A network learns to paint photos like one painting, or like one of many.

Paper: Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style transfer and
super-resolution", ECCV 2016, eq. 5, with the loss of Gatys et al.; Dumoulin, Shlens and Kudlur, "A
learned representation for artistic style", ICLR 2017, for many paintings.

Differs: the style loss is divided by √E(0), the size of the painting's own Gram matrices, so that
one weight serves pale and gaudy paintings alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import Module

from impasto.contracts import Image
from impasto.features.statistics import Moments, Probe, probe_moments
from impasto.images.resize import fit, resize, size_of
from impasto.losses.content import squared_error
from impasto.losses.gram import gram_distance
from impasto.losses.total_variation import total_variation
from impasto.networks.encoder import Encoder
from impasto.networks.transformer import Painters
from impasto.training.loop import Batch
from impasto.training.pictures import Pictures, side_by_side

STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_3")
CONTENT_LAYER = "relu3_3"

SHOWN = 4
"""Held-out photos on the sheet."""


@dataclass(frozen=True)
class Weights:
    """How much each term of the loss counts."""

    content: float = 1.0
    style: float = 1.0
    tv: float = 1.0


class Target:
    """What a painting asks for: its second moments at each layer, and how large they are."""

    def __init__(self, encoder: Encoder, painting: Image) -> None:
        with torch.no_grad():
            found = encoder(painting, STYLE_LAYERS)
            moments = {name: probe_moments(each, whole(each))[0] for name, each in found.items()}
        self.second = {name: each.second for name, each in moments.items()}
        blank = {name: torch.zeros_like(each) for name, each in self.second.items()}
        self.size = self._distance(blank).sqrt()

    def loss(self, seen: Mapping[str, Moments]) -> Tensor:
        """Return Σ_l mean (G - A)² / √E(0), with Gram matrices F Fᵀ / (C N)."""
        return self._distance({name: each.second for name, each in seen.items()}) / self.size

    def _distance(self, second: Mapping[str, Tensor]) -> Tensor:
        each = [
            gram_distance(second[name], target, positions=1, area=1, divisor="CN", reduction="mean")
            for name, target in self.second.items()
        ]
        return torch.stack(each).sum()


class JohnsonLoss:
    """The loss of pictures beside their photos and paintings."""

    def __init__(self, encoder: Encoder, paintings: Sequence[Image], weights: Weights) -> None:
        self.encoder, self.weights = encoder, weights
        self.targets = [Target(encoder, painting) for painting in paintings]

    def content(self, photo: Image) -> Tensor:
        """Return the features that a picture of a photo is to have."""
        with torch.no_grad():
            return self.encoder(photo, [CONTENT_LAYER])[CONTENT_LAYER]

    def __call__(self, image: Image, content: Tensor, number: int) -> dict[str, Tensor]:
        """Return the weighted terms for a picture that is to look like this painting."""
        h, w = size_of(image)
        grids = {name: self.encoder.grid(name, (h, w)) for name in STYLE_LAYERS}
        probes = {
            name: Probe((0, rows), (0, columns), (1 / (rows * columns),))
            for name, (rows, columns) in grids.items()
        }
        seen = self.encoder.observe(image, [CONTENT_LAYER], probes)
        moments = {name: each[0] for name, each in seen.moments.items()}
        error = squared_error(seen.features[CONTENT_LAYER], content, "mean")
        return {
            "content": self.weights.content * error,
            "style": self.weights.style * self.targets[number].loss(moments),
            "tv": self.weights.tv * total_variation(image, "isotropic"),
        }


class Johnson:
    """What a network of painters is to learn, on crops with so many pixels a side."""

    def __init__(
        self,
        encoder: Encoder,
        network: Painters,
        paintings: Sequence[Image],
        learned: Pictures,
        held_out: Pictures,
        *,
        side: int = 256,
        style_side: int = 256,
        judged: int = 4,
        weights: Weights = Weights(),
    ) -> None:
        self.network, self.learned, self.side = network, learned, side
        sized = [resize(each, fit(size_of(each), style_side)) for each in paintings]
        self.loss = JohnsonLoss(encoder, sized, weights)
        self.paintings, self.count = paintings, len(paintings)
        self.kept_out = held_out.middles(judged, side).to(encoder.device)

    def example(self, rng: torch.Generator) -> Batch:
        """Return a crop, and the number of the painting that it is to look like."""
        crop = self.learned.crops(1, self.side, rng)
        return crop, torch.randint(self.count, (1,), generator=rng)

    def held_out(self) -> Sequence[Batch]:
        """Return held-out crops for each painting."""
        count = len(self.kept_out)
        return [(self.kept_out, torch.full((count,), number)) for number in range(self.count)]

    def losses(self, network: Module, batch: Batch) -> dict[str, Tensor]:
        """Return the terms, each in the mean over the batch."""
        photos, numbers = batch
        made = network(photos, self._shares(numbers)).float()
        each = [
            self.loss(image[None], self.loss.content(photo[None]), int(number))
            for image, photo, number in zip(made, photos, numbers, strict=True)
        ]
        return {name: torch.stack([one[name] for one in each]).mean() for name in each[0]}

    @torch.no_grad()
    def show(self, network: Module) -> Image:
        """Return held-out photos, and below what they become in each manner, paintings first."""
        photos = self.kept_out[:SHOWN]
        rows = [torch.cat([torch.ones_like(photos[:1]), photos])]
        for number, painting in enumerate(self.paintings):
            made = network(photos, self._shares(torch.full((len(photos),), number))).float()
            rows.append(torch.cat([resize(painting, size_of(photos)), made]))
        return side_by_side(rows)

    def _shares(self, numbers: Tensor) -> Tensor:
        shares = torch.nn.functional.one_hot(numbers, self.count).float()
        return shares.to(self.loss.encoder.device)


def whole(features: Tensor) -> Probe:
    """Return the probe of all positions."""
    h, w = size_of(features)
    return Probe((0, h), (0, w), (1 / (h * w),))
