"""A picture as a method sees it: through the network, tile by tile, region by region."""

from collections.abc import Iterable, Sequence

from torch import Tensor

from impasto.contracts import Image, Masks
from impasto.features.regions import at_grid
from impasto.features.statistics import Probe, add, shares
from impasto.features.tiles import Tile, leave, make_tiles
from impasto.networks.encoder import Encoder, Observation
from impasto.networks.vgg import reach, stride
from impasto.shelf import put_back, room_for
from impasto.weights.table import Architecture


class View:
    """How pictures of one size (h, w) with the same regions are looked at.

    `layers` are all that anybody will ask for, `measured` those of them whose moments are taken.
    `side` is that of a tile in pixels; None: the picture is one tile. It sees `margin` pixels more
    around than the layers need.
    """

    def __init__(
        self,
        encoder: Encoder,
        size: tuple[int, int],
        masks: Masks | None = None,
        side: int | None = None,
        *,
        layers: Sequence[str],
        measured: Sequence[str],
        margin: int = 0,
        input_range: float = 255.0,
    ) -> None:
        self.encoder, self.size, self.input_range = encoder, size, input_range
        self.tiles = view_tiles(encoder.architecture, size, side, layers, margin)
        self.masks: Sequence[Tensor | None] = [None] if masks is None else masks.split(1)
        self.shares = {
            name: tuple(
                1 / self.positions(name) if mask is None else shares(mask)
                for mask in self.at_layer(name)
            )
            for name in measured
        }

    def at_layer(self, name: str) -> list[Tensor | None]:
        """Return the mask (1, 1, h, w) of each region on a layer's grid; None: all of it."""
        grid = self.encoder.grid(name, self.size)
        return [None if mask is None else at_grid(mask, grid) for mask in self.masks]

    def positions(self, name: str) -> int:
        """Return how many positions a layer has."""
        h, w = self.encoder.grid(name, self.size)
        return h * w

    def areas(self) -> list[float]:
        """Return the share of the picture that each region is."""
        return [1.0 if mask is None else mask.mean().item() for mask in self.masks]

    def observe(self, part: Tensor, tile: Tile, layers: Iterable[str]) -> Observation:
        """Return what is seen of a tile of a picture; the moments are those of its own pixels."""
        probes = {name: self.probe(name, tile) for name in self.shares}
        return self.encoder.observe(part, layers, probes, input_range=self.input_range)

    def whole(self, image: Image, layers: Sequence[str]) -> Observation:
        """Return what is seen of all tiles of a picture together; call it without gradients."""
        first, *others = self.tiles
        seen = self.observe(first.cut(image), first, layers)
        if not others:
            return seen
        features = {
            name: room_for((*each.shape[:2], *self.encoder.grid(name, self.size)), each)
            for name, each in seen.features.items()
        }
        moments = seen.moments
        self._lay_down(features, seen, first)
        for tile in others:
            leave(image, all_of_it=True)
            seen = self.observe(tile.cut(image), tile, layers)
            self._lay_down(features, seen, tile)
            moments = {name: add(each, seen.moments[name]) for name, each in moments.items()}
        leave(image, all_of_it=True)
        return Observation(features, moments)

    def own(self, name: str, features: Tensor, tile: Tile) -> Tensor:
        """Return a tile's own part of the features that were seen for it."""
        rows, columns = self.bounds(name, tile)
        top, left = (each.low // stride(name) for each in tile)
        return features[..., rows[0] - top : rows[1] - top, columns[0] - left : columns[1] - left]

    def place(self, name: str, features: Tensor, tile: Tile) -> Tensor:
        """Return a tile's own part of the features of the whole picture."""
        rows, columns = self.bounds(name, tile)
        return features[..., slice(*rows), slice(*columns)]

    def bounds(self, name: str, tile: Tile) -> tuple[tuple[int, int], tuple[int, int]]:
        """Return the rows and columns of a layer that belong to a tile."""
        h, w = self.encoder.grid(name, self.size)
        return tile.rows.at(stride(name), h), tile.columns.at(stride(name), w)

    def _lay_down(self, features: dict[str, Tensor], seen: Observation, tile: Tile) -> None:
        for name, each in seen.features.items():
            self.place(name, features[name], tile).copy_(self.own(name, each, tile))
            put_back(features[name])

    def probe(self, name: str, tile: Tile) -> Probe:
        """Return where the moments of a layer lie in what is seen of a tile."""
        rows, columns = self.bounds(name, tile)
        top, left = (each.low // stride(name) for each in tile)
        return Probe(
            (rows[0] - top, rows[1] - top),
            (columns[0] - left, columns[1] - left),
            tuple(
                each[slice(*rows), slice(*columns)] if isinstance(each, Tensor) else each
                for each in self.shares[name]
            ),
        )


def view_tiles(
    architecture: Architecture,
    size: tuple[int, int],
    side: int | None,
    layers: Sequence[str],
    margin: int = 0,
) -> list[Tile]:
    """Return the tiles in which these layers of a picture (h, w) are looked at, see `View`."""
    return make_tiles(
        size,
        side or max(size),
        halo=reach(architecture, layers) + margin,
        align=max((stride(name) for name in layers), default=1),
    )
