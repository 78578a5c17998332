"""The loss of Gatys, Ecker and Bethge (CVPR 2016) and the variations of its relatives."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import sqrt

import torch
from torch import Tensor

from impasto.contracts import Image, Masks, Style
from impasto.features.statistics import Moments, moments, shifted
from impasto.features.targets import Painted, Region, regions, style_targets
from impasto.losses.content import squared_error
from impasto.losses.gram import gram_distance
from impasto.losses.histogram import histogram_distance, mix_histograms, sorted_values
from impasto.losses.moments import Gaussian, gaussian, wasserstein2
from impasto.losses.total_variation import total_variation
from impasto.methods.gatys_settings import Gatys
from impasto.networks.encoder import Encoder

TYPICAL = 2.3e5
"""E(0), the style loss of a picture without features, of a typical painting with neural-style's
layers and the divisor "CN": the median of those in `examples/` at 512 pixels, to two digits. Beside
such a painting a style weight means with `style_balance="relative"` what it means without."""

MOST = 10.0
"""By which a weight grows at most: a black painting has no contrast at all."""


class GatysLoss:
    """An image in, the weighted terms of the loss out: "content", "style", "histogram", "tv".

    A term whose weight is 0 is not computed and not returned. `content` has the size of the images
    that will come; `styles` are fitted to it; masks may have any size.

    Differs: E is of the fourth power of the features and the content loss of the second, so that
    a painting of little contrast hardly counts. With `style_balance="relative"` a painting's style
    loss is divided by √E(0), the size of its Gram matrices, and multiplied by that of a typical
    painting's: both losses are then of the second power.
    """

    def __init__(
        self,
        settings: Gatys,
        encoder: Encoder,
        content: Image,
        styles: Sequence[Style],
        masks: Masks | None = None,
    ) -> None:
        self.settings, self.encoder = settings, encoder
        self.area = content.shape[-2] * content.shape[-1]
        layers = settings.layers
        self.content_layers = layers.get("content", {})
        self.style_layers = layers.get("style", {})
        self.histogram_layers = layers.get("histogram", {})
        with torch.no_grad():
            photo = Painted(self.features(content), masks)
            paintings = [Painted(self.features(style.image), style.masks) for style in styles]
        total = sum(style.weight for style in styles)
        weights = [style.weight / total for style in styles]
        self.contents = {name: photo.features[name] for name in self.content_layers}
        self.regions = {
            name: self._regions(name, photo, paintings, weights) for name in self.style_layers
        }
        self.histograms = {
            name: self._histograms(name, photo, paintings, weights)
            for name in self.histogram_layers
        }
        if settings.style_balance == "relative":
            self.regions = self._balanced(photo)

    def features(self, image: Image) -> dict[str, Tensor]:
        """Return the features of every layer that some term looks at."""
        layers = [*self.content_layers, *self.style_layers, *self.histogram_layers]
        return self.encoder(image, layers, input_range=self.settings.input_range)

    def __call__(self, image: Tensor) -> dict[str, Tensor]:
        """Return the terms of eq. 7, each times its weight, as differentiable 0-d tensors."""
        settings, features = self.settings, self.features(image)
        terms: dict[str, Tensor] = {}
        if self.content_layers:
            terms["content"] = settings.content_weight * self.content(features)
        if self.style_layers:
            terms["style"] = settings.style_weight * self.style(features)
        if self.histogram_layers:
            terms["histogram"] = settings.histogram_weight * self.histogram(features)
        if settings.tv_weight:
            terms["tv"] = settings.tv_weight * total_variation(image, settings.tv)
        return terms

    def content(self, features: dict[str, Tensor]) -> Tensor:
        """Return Σ_l w_l (F - P)², eq. 1 summed over layers."""
        return _sum(
            weight
            * squared_error(features[name], self.contents[name], self.settings.content_reduction)
            for name, weight in self.content_layers.items()
        )

    def style(self, features: dict[str, Tensor]) -> Tensor:
        """Return Σ_l w_l E_l, eq. 5, over the regions in proportion to their area."""
        return _sum(
            self.style_layers[name] * region.share * self._style_distance(features[name], region)
            for name, found in self.regions.items()
            for region in found
        )

    def histogram(self, features: dict[str, Tensor]) -> Tensor:
        """Return Σ_l w_l mean (O - R(O))², after Risser et al. 2017, eq. 7, region by region."""
        return _sum(
            self.histogram_layers[name]
            * region.share
            * histogram_distance(features[name], target, region.mask)
            for name, found in self.histograms.items()
            for region in found
            for _, target in region.targets
        )

    def _style_distance(self, features: Tensor, region: Region) -> Tensor:
        measured = moments(features, region.mask)
        return _sum(
            weight * self._compare(measured, target, features) for weight, target in region.targets
        )

    def _compare(self, measured: Moments, target: Moments | Gaussian, features: Tensor) -> Tensor:
        if isinstance(target, Gaussian):
            return wasserstein2(measured, target)
        h, w = features.shape[-2:]
        shift = self.settings.gram_shift
        return gram_distance(
            shifted(measured, shift),
            shifted(target, shift),
            positions=h * w,
            area=self.area,
            divisor=self.settings.gram_divisor,
            reduction=self.settings.style_reduction,
        )

    def _regions(
        self, name: str, photo: Painted, paintings: list[Painted], weights: list[float]
    ) -> list[Region]:
        return style_targets(
            name,
            photo,
            paintings,
            weights,
            mixing=self.settings.style_mixing,
            strength=self.settings.strength,
            prepare=gaussian if self.settings.style_statistic == "wasserstein" else Moments._make,
        )

    def _balanced(self, photo: Painted) -> dict[str, list[Region]]:
        """Return the regions with the weight of each target times √(TYPICAL / E(0))."""

        def factor(number: int, place: int) -> float:
            """Return that of one target, over all layers."""
            energies: list[Tensor] = []
            for name, weight in self.style_layers.items():
                target = self.regions[name][number].targets[place][1]
                blank = Moments(torch.zeros_like(target.mean), torch.zeros_like(target.second))
                energies.append(abs(weight) * self._compare(blank, target, photo.features[name]))
            return sqrt(TYPICAL / max(_sum(energies).item(), TYPICAL / MOST**2))

        def balanced(number: int, region: Region) -> Region:
            targets = enumerate(region.targets)
            weighed = (
                (factor(number, place) * weight, target) for place, (weight, target) in targets
            )
            return replace(region, targets=tuple(weighed))

        return {
            name: [balanced(number, region) for number, region in enumerate(found)]
            for name, found in self.regions.items()
        }

    def _histograms(
        self, name: str, photo: Painted, paintings: list[Painted], weights: list[float]
    ) -> list[Region[Tensor]]:
        strength = self.settings.strength
        shares = [1 - strength, *(strength * weight for weight in weights)]
        found: list[Region[Tensor]] = []
        for share, mask, pick in regions(name, photo):
            sorted_ones = [
                sorted_values(picture.features[name], pick(picture))
                for picture in (photo, *paintings)
            ]
            found.append(Region(share, mask, ((1.0, mix_histograms(shares, sorted_ones)),)))
        return found


def _sum(terms: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(terms)).sum()
