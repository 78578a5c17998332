"""The loss of Gatys, Ecker and Bethge (CVPR 2016) and the variations of its relatives."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from math import sqrt
from typing import NamedTuple

import torch
from torch import Tensor

from impasto.contracts import Develop, Image, Masks, Style, as_it_is
from impasto.features.statistics import Moments, paired, shifted
from impasto.features.targets import Region, style_targets
from impasto.features.tiles import Tile, over_tiles
from impasto.images.resize import size_of
from impasto.losses.content import squared_error
from impasto.losses.gram import gram_distance
from impasto.losses.histogram import histogram_distance, mix_histograms, sorted_values
from impasto.losses.moments import Gaussian, gaussian, wasserstein2
from impasto.losses.total_variation import total_variation
from impasto.methods.gatys_settings import Gatys
from impasto.networks.encoder import Encoder, Observation
from impasto.networks.view import View
from impasto.shelf import put_back, shelve

TYPICAL = 2.3e5
"""E(0), the style loss of a picture without features, of a typical painting with neural-style's
layers and the divisor "CN": the median of those in `examples/` at 512 pixels, to two digits. Beside
such a painting a style weight means with `style_balance="relative"` what it means without."""

MOST = 10.0
"""By which a weight grows at most: a black painting has no contrast at all."""


class Sums(NamedTuple):
    """What is seen of a picture, in the order of the layers and regions."""

    errors: list[Tensor]
    histograms: list[Tensor]
    moments: list[Moments]


class Seen(NamedTuple):
    """A painting that was looked at. Without regions it serves every region of the photo whole."""

    view: View
    observation: Observation

    def moments(self, name: str, region: int) -> Moments:
        """Return the moments of a region of a layer."""
        return self.observation.moments[name][self._its(region)]

    def sorted_values(self, name: str, region: int) -> Tensor:
        """Return the values of a region of a layer in ascending order."""
        mask = self.view.at_layer(name)[self._its(region)]
        return sorted_values(self.observation.features[name], mask)

    def _its(self, region: int) -> int:
        return region if len(self.view.masks) > 1 else 0


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
        tile: int | None = None,
    ) -> None:
        self.settings = settings
        layers = settings.layers
        self.content_layers = layers.get("content", {})
        self.style_layers = layers.get("style", {})
        self.histogram_layers = layers.get("histogram", {})
        view = partial(
            View,
            encoder,
            side=tile,
            layers=settings.all_layers,
            measured=list(self.style_layers),
            input_range=settings.input_range,
        )
        self.view = view(size_of(content), masks=masks)
        views = [view(size_of(each.image), masks=each.masks) for each in styles]
        with torch.no_grad():
            photo = self.view.whole(content, [*self.content_layers, *self.histogram_layers])
            paintings = [
                Seen(view, view.whole(style.image, [*self.histogram_layers]))
                for view, style in zip(views, styles, strict=True)
            ]
        weights = [each.weight / sum(style.weight for style in styles) for each in styles]
        self.contents = {name: shelve(photo.features[name]) for name in self.content_layers}
        self.regions = self._regions(photo, paintings, weights)
        self.masks = {name: self.view.at_layer(name) for name in self.histogram_layers}
        self.histograms = {
            name: self._histograms(name, photo, paintings, weights)
            for name in self.histogram_layers
        }
        if settings.style_balance == "relative":
            self.regions = self._balanced()

    def __call__(self, numbers: Tensor, develop: Develop = as_it_is) -> dict[str, Tensor]:
        """Return the terms of eq. 7, each times its weight, as differentiable 0-d tensors.

        `develop` makes an image of `numbers` (1, 3, h, w), or of a part of them.
        """
        settings = self.settings
        # First, so that its gradient is made last and doesn't lie there while the network's is.
        roughness = total_variation(numbers, settings.tv, develop) if settings.tv_weight else None
        seen = self._see(numbers, develop)
        terms: dict[str, Tensor] = {}
        if self.content_layers:
            terms["content"] = settings.content_weight * self._content(seen)
        if self.style_layers:
            terms["style"] = settings.style_weight * self._style(seen)
        if self.histogram_layers:
            terms["histogram"] = settings.histogram_weight * _sum(seen.histograms)
        if roughness is not None:
            terms["tv"] = settings.tv_weight * roughness
        return terms

    def _see(self, numbers: Tensor, develop: Develop) -> Sums:
        """Return what all tiles together say: squared errors, histogram distances and moments."""

        def measure(part: Tensor, tile: Tile) -> list[Tensor]:
            layers = [*self.content_layers, *self.histogram_layers]
            found = self.view.observe(develop(part), tile, layers)
            errors = [self._error(name, found.features[name], tile) for name in self.content_layers]
            histograms = [
                self._histogram(name, found.features[name]) for name in self.histogram_layers
            ]
            moments = [each for name in self.style_layers for each in found.moments[name]]
            return [*errors, *histograms, *chain.from_iterable(moments)]

        if not self.settings.layers:
            return Sums([], [], [])
        sums = iter(over_tiles(numbers, measure, self.view.tiles, keep=True))
        return Sums(
            list(islice(sums, len(self.content_layers))),
            list(islice(sums, len(self.histogram_layers))),
            paired(list(sums)),
        )

    def _error(self, name: str, features: Tensor, tile: Tile) -> Tensor:
        own, target = self.view.own(name, features, tile), self.contents[name]
        put_back(target)  # what earlier tiles took of it
        return squared_error(own, self.view.place(name, target, tile), "sum")

    def _content(self, seen: Sums) -> Tensor:
        """Return Σ_l w_l (F - P)², eq. 1 summed over layers."""
        mean = self.settings.content_reduction == "mean"
        return _sum(
            weight * error / (self.contents[name].numel() if mean else 1)
            for (name, weight), error in zip(self.content_layers.items(), seen.errors, strict=True)
        )

    def _style(self, seen: Sums) -> Tensor:
        """Return Σ_l w_l E_l, eq. 5, over the regions in proportion to their area."""
        moments = iter(seen.moments)
        return _sum(
            weight * region.share * self._style_distance(name, next(moments), region)
            for name, weight in self.style_layers.items()
            for region in self.regions[name]
        )

    def _style_distance(self, name: str, measured: Moments, region: Region) -> Tensor:
        return _sum(
            weight * self._compare(name, measured, target) for weight, target in region.targets
        )

    def _compare(self, name: str, measured: Moments, target: Moments | Gaussian) -> Tensor:
        if isinstance(target, Gaussian):
            return wasserstein2(measured, target)
        h, w = self.view.size
        shift = self.settings.gram_shift
        return gram_distance(
            shifted(measured, shift),
            shifted(target, shift),
            positions=self.view.positions(name),
            area=h * w,
            divisor=self.settings.gram_divisor,
            reduction=self.settings.style_reduction,
        )

    def _histogram(self, name: str, features: Tensor) -> Tensor:
        """Return w_l mean (O - R(O))², after Risser et al. 2017, eq. 7, region by region."""
        return _sum(
            self.histogram_layers[name] * region.share * histogram_distance(features, target, mask)
            for mask, region in zip(self.masks[name], self.histograms[name], strict=True)
            for _, target in region.targets
        )

    def _regions(
        self, photo: Observation, paintings: list[Seen], weights: list[float]
    ) -> dict[str, list[Region]]:
        """Return what each region of each layer is to look like."""
        gaussians = self.settings.style_statistic == "wasserstein"
        return {
            name: [
                Region(
                    area,
                    style_targets(
                        photo.moments[name][number],
                        [each.moments(name, number) for each in paintings],
                        weights,
                        mixing=self.settings.style_mixing,
                        strength=self.settings.strength,
                        prepare=gaussian if gaussians else Moments._make,
                    ),
                )
                for number, area in enumerate(self.view.areas())
            ]
            for name in self.style_layers
        }

    def _balanced(self) -> dict[str, list[Region]]:
        """Return the regions with the weight of each target times √(TYPICAL / E(0))."""

        def factor(number: int, place: int) -> float:
            """Return that of one target, over all layers."""
            energies: list[Tensor] = []
            for name, weight in self.style_layers.items():
                target = self.regions[name][number].targets[place][1]
                blank = Moments(torch.zeros_like(target.mean), torch.zeros_like(target.second))
                energies.append(abs(weight) * self._compare(name, blank, target))
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
        self, name: str, photo: Observation, paintings: list[Seen], weights: list[float]
    ) -> list[Region[Tensor]]:
        strength = self.settings.strength
        shares = [1 - strength, *(strength * weight for weight in weights)]
        found: list[Region[Tensor]] = []
        for number, (area, mask) in enumerate(
            zip(self.view.areas(), self.masks[name], strict=True)
        ):
            own = sorted_values(photo.features[name], mask)
            theirs = [each.sorted_values(name, number) for each in paintings]
            found.append(Region(area, ((1.0, mix_histograms(shares, [own, *theirs])),)))
        return found


def _sum(terms: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(terms)).sum()
