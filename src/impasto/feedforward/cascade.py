"""Features of a photo given the statistics of a painting's, and made a picture again.

Paper: Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance
normalization", ICCV 2017, do it once; Li et al., "Universal style transfer via feature transforms",
NeurIPS 2017, from the deepest level to the first, each beginning with the picture of the one
before.

What the features are given depends on the whole picture, but only through its moments. So a picture
of any size is looked at twice, tile by tile: once to measure it, once to make it. Tiles overlap by
all that encoder and decoder see, and no seam is left.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor

from impasto.contracts import Image, Masks, Step, Style
from impasto.features.affine import Affine, Sample, blend, identity
from impasto.features.statistics import Moments, add, probe_moments
from impasto.features.tiles import Tile, leave, make_strips
from impasto.images.resize import extended, resize_masks, size_of
from impasto.networks.encoder import Encoder
from impasto.networks.vgg import stride
from impasto.networks.view import View
from impasto.shelf import put_back, room_for


class Coded(NamedTuple):
    """What an encoder makes of a picture, and where its pools found their maxima, if it is kept."""

    features: Tensor
    places: tuple[Tensor, ...] = ()


@runtime_checkable
class Level(Protocol):
    """A way into the features of one layer and back."""

    @property
    def encoder(self) -> Encoder:
        """The way in."""
        ...

    @property
    def layer(self) -> str:
        """The layer whose features are changed."""
        ...

    @property
    def margin(self) -> int:
        """Pixels around a tile that the way back looks at."""
        ...

    def encode(self, image: Image) -> Coded:
        """Return the features of a picture whose sides are multiples of the layer's stride."""
        ...

    def decode(self, coded: Coded) -> Image:
        """Return the picture of such features."""
        ...


Join = Callable[[Sample, Sample], Affine]
"""The map that gives features of the first statistics those of the second."""


@dataclass(frozen=True)
class Transfer:
    """What a cascade does: its levels, in order, and how much of the paintings it gives."""

    levels: Sequence[Level]
    join: Join
    strength: float = 1.0


def views(
    transfer: Transfer, size: tuple[int, int], masks: Masks | None, side: int | None
) -> list[View]:
    """Return how each level looks at pictures (h, w) with these regions, in tiles of `side`."""
    return [
        View(
            level.encoder,
            size,
            masks,
            side,
            layers=[level.layer],
            measured=[level.layer],
            margin=level.margin,
        )
        for level in transfer.levels
    ]


@torch.no_grad()
def cascade(
    transfer: Transfer,
    content: Image,
    styles: Sequence[Style],
    masks: Masks | None = None,
    *,
    side: int | None = None,
    resume: Mapping[str, Tensor] | None = None,
) -> Iterator[Step]:
    """Yield a step for every tile of every level; the last one has the finished picture.

    The content is mirrored beyond its border until its sides are multiples of the deepest stride.
    """
    multiple = max(stride(level.layer) for level in transfer.levels)
    size, side = size_of(content), side if resume is None else int(resume["side"]) or None
    picture = extended(content, multiple) if resume is None else resume["picture"]
    masks = None if masks is None else extended(resize_masks(masks, size), multiple)
    looks = views(transfer, size_of(picture), masks, side)
    planned = list(accumulate((len(view.tiles) for view in looks), initial=0))
    first = 0 if resume is None else int(resume["level"])
    for number in range(first, len(looks)):
        view, level = looks[number], transfer.levels[number]
        regions = view.at_layer(level.layer)
        maps, coded = _maps(transfer, level, view, picture, styles)
        begun = resume is not None and number == first
        result = resume["result"] if resume is not None and begun else _room_beside(picture)
        done = int(resume["tile"]) if resume is not None and begun else 0
        for place, tile in list(enumerate(view.tiles, start=1))[done:]:
            part = coded or level.encode(tile.cut(picture))
            changed = _changed(part.features, maps, _here(regions, level.layer, tile))
            made = level.decode(part._replace(features=changed))
            tile.own(result).copy_(tile.within(made))
            leave(picture, all_of_it=len(view.tiles) > 1)
            put_back(result)
            yield Step(
                partial(_finished, result, size),
                planned[number] + place,
                planned[-1],
                stage=_stage(level, place, len(view.tiles)),
                state=partial(_state, number, place, picture, result, side, size),
            )
        picture = result


def _maps(
    transfer: Transfer, level: Level, view: View, picture: Tensor, styles: Sequence[Style]
) -> tuple[list[Affine], Coded | None]:
    """Return the map of each region, and what was seen if the picture is one tile."""
    own, coded = _measured(level, view, picture)
    total = sum(style.weight for style in styles)
    shares = [
        1 - transfer.strength,
        *(transfer.strength * style.weight / total for style in styles),
    ]
    asked = [_painting(level, style, len(own)) for style in styles]
    maps: list[Affine] = []
    for number, (moments, area) in enumerate(zip(own, view.areas(), strict=True)):
        sample = Sample(moments, round(area * view.positions(level.layer)))
        joined = [transfer.join(sample, each[number]) for each in asked]
        maps.append(blend(shares, [identity(len(moments.mean)), *joined]))
    return maps, coded


def _measured(level: Level, view: View, picture: Tensor) -> tuple[list[Moments], Coded | None]:
    found: list[Moments] = []
    coded = None
    for tile in view.tiles:
        coded = level.encode(tile.cut(picture))
        here = probe_moments(coded.features, view.probe(level.layer, tile))
        found = add(found, here) if found else here
        leave(picture, all_of_it=len(view.tiles) > 1)
    return found, coded if len(view.tiles) == 1 else None


def _painting(level: Level, style: Style, regions: int) -> list[Sample]:
    """Return the statistics that each region is to have.

    A painting without regions serves every region of the photo whole.
    """
    view = View(
        level.encoder,
        size_of(style.image),
        style.masks,
        None,
        layers=[level.layer],
        measured=[level.layer],
    )
    found = view.whole(style.image, []).moments[level.layer]
    samples = [
        Sample(each, round(area * view.positions(level.layer)))
        for each, area in zip(found, view.areas(), strict=True)
    ]
    return samples if len(samples) == regions else samples * regions


def _here(regions: Sequence[Tensor | None], layer: str, tile: Tile) -> list[Tensor | None]:
    """Return the part of each region that is seen of a tile."""
    step = stride(layer)
    rows, columns = (slice(span.low // step, -(-span.high // step)) for span in tile)
    return [None if mask is None else mask[..., rows, columns] for mask in regions]


def _changed(features: Tensor, maps: Sequence[Affine], shares: Sequence[Tensor | None]) -> Tensor:
    """Return Σ m_r (A_r f + b_r); where regions overlap they share, elsewhere f stays."""
    if len(maps) == 1 and shares[0] is None:
        return maps[0](features)
    masks = [torch.ones(()) if each is None else each for each in shares]
    most = torch.stack(masks).sum(0).clamp(min=1)
    total = features.float()
    changed = total.clone()
    for each, mask in zip(maps, masks, strict=True):
        changed += (mask / most) * (each(total) - total)
    return changed.to(features.dtype)


def _room_beside(picture: Tensor) -> Tensor:
    """Return a copy, on which one level after the other is painted."""
    copy = room_for(picture.shape, picture)
    copy.copy_(picture)
    put_back(picture)
    put_back(copy)
    return copy


def _finished(picture: Tensor, size: tuple[int, int]) -> Image:
    h, w = size
    found = room_for((*picture.shape[:2], h, w), picture)
    for strip in make_strips(size, overlap=0):
        torch.clamp(strip.cut(picture), 0, 1, out=strip.cut(found))
    put_back(picture)
    put_back(found)
    return found


def _stage(level: Level, place: int, tiles: int) -> str:
    return level.layer if tiles == 1 else f"{level.layer}, tile {place} of {tiles}"


def _state(
    number: int,
    place: int,
    picture: Tensor,
    result: Tensor,
    side: int | None,
    size: tuple[int, int],
) -> dict[str, Tensor]:
    """Return what going on after a tile needs."""
    numbers = {"level": number, "tile": place, "side": side or 0}
    state = {name: torch.tensor(value) for name, value in numbers.items()}
    return {**state, "picture": picture, "result": result, "best": _finished(result, size)}
