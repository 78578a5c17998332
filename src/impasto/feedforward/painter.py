"""A network of painters over a picture of any size, layer by layer.

Instance normalization asks for the mean and the deviation of a whole layer, so no tile can go ahead
of the others. Each convolution goes over the picture in strips of rows, and what it gives lies on
the shelf until the next one; there it is normalized while it is read. The result is the network's
own (`networks/transformer.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Protocol, runtime_checkable

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.contracts import Image, Masks
from impasto.images.resize import resize_masks, size_of
from impasto.networks.borders import enlarged
from impasto.networks.transformer import BLOCKS, EPSILON, OUT, STRIDE, Transformer, split_manner
from impasto.shelf import put_back, room_for

POSITIONS = 2**18
"""Of a strip: 50 MB of a layer in bfloat16, beside which two rows that are seen twice are few."""


@runtime_checkable
class _Source(Protocol):
    """What a convolution looks at."""

    @property
    def size(self) -> tuple[int, int]:
        """Its rows and columns."""
        ...

    def rows(self, start: int, stop: int) -> Tensor:
        """Return these rows of all channels."""
        ...


@dataclass(frozen=True)
class _Pixels:
    """A picture, 4 x 4 pixels of which are one position."""

    image: Image
    dtype: torch.dtype

    @property
    def size(self) -> tuple[int, int]:
        h, w = size_of(self.image)
        return h // STRIDE, w // STRIDE

    def rows(self, start: int, stop: int) -> Tensor:
        part = self.image[..., start * STRIDE : stop * STRIDE, :]
        seen = F.pixel_unshuffle(2 * part - 1, STRIDE)
        put_back(self.image)
        return seen.to(self.dtype).contiguous(memory_format=torch.channels_last)


@dataclass(frozen=True)
class _Layer:
    """What a convolution gave, and what it is multiplied by and raised by in each region."""

    values: Tensor
    factors: Tensor
    offsets: Tensor
    masks: Masks | None = None
    rectified: bool = True

    @property
    def size(self) -> tuple[int, int]:
        return size_of(self.values)

    def rows(self, start: int, stop: int) -> Tensor:
        factors, offsets = self.factors, self.offsets
        if self.masks is not None:
            here = self.masks[:, :, start:stop]
            factors, offsets = ((here * each).sum(0, keepdim=True) for each in (factors, offsets))
        values = self.values[:, :, start:stop]
        normal = torch.addcmul(offsets.to(values), values, factors.to(values))
        put_back(self.values)
        return normal.relu_() if self.rectified else normal


@dataclass(frozen=True)
class _Features:
    """Numbers as they are, each of them `times` x `times` positions large."""

    values: Tensor
    times: int = 1

    @property
    def size(self) -> tuple[int, int]:
        h, w = size_of(self.values)
        return h * self.times, w * self.times

    def rows(self, start: int, stop: int) -> Tensor:
        first = start // self.times
        part = self.values[:, :, first : ceil(stop / self.times)]
        if self.times > 1:
            part = enlarged(part, self.times)
        put_back(self.values)
        return part[:, :, start - first * self.times :][:, :, : stop - start]


@dataclass(frozen=True)
class Painter:
    """A network, the manner of each region (regions, _), and where the regions are.

    Without masks there is one region, the picture. Regions may overlap and have soft edges: a
    position has the manners of all of them, in their shares.
    """

    network: Transformer
    manners: Tensor
    masks: Masks | None = None

    @torch.no_grad()
    def paint(self, image: Image) -> Iterator[tuple[str, Image]]:
        """Yield the name of each layer and the picture so far; the last one is painted.

        The sides of the image are multiples of `STRIDE`. Without gradients.
        """
        dtype = next(self.network.parameters()).dtype
        x = _Features(_settled(self._layer("stem", _Pixels(image, dtype))))
        yield "stem", image
        for number in range(1, BLOCKS + 1):
            inner = self._layer(f"block{number}_1", x)
            yield f"block{number}_1", image
            _add(x.values, self._layer(f"block{number}_2", inner, rectified=False))
            yield f"block{number}_2", image
        up = self._layer("up", _Features(x.values, STRIDE // OUT))
        yield "up", image
        yield "out", self._picture(up, image)

    def _layer(self, name: str, source: _Source, *, rectified: bool = True) -> _Layer:
        kernel = self.network.convolutions[name]
        (h, w), values, seen = source.size, None, []
        for start, stop in _strips(source.size):
            part = kernel(_around(source, start, stop))
            if values is None:
                values = _room((h, w), part)
            values[:, :, start:stop] = part
            put_back(values)
            variance, mean = torch.var_mean(part.float(), (0, 2, 3), correction=0)
            seen.append((torch.stack([mean, variance + mean**2]).double(), (stop - start) / h))
        assert values is not None
        mean, second = torch.stack([share * each for each, share in seen]).sum(0)
        deviation = ((second - mean**2).clamp(min=0) + EPSILON).sqrt()
        scale, shift = dict(split_manner(self.manners.double(), self.network.width))[name]
        factors = (1 + scale) / deviation
        offsets = shift - factors * mean
        factors, offsets = (each.float()[:, :, None, None] for each in (factors, offsets))
        return _Layer(values, factors, offsets, self._shares((h, w)), rectified)

    def _shares(self, size: tuple[int, int]) -> Masks | None:
        """Return how much of each region a position of a layer has."""
        if self.masks is None:
            return None
        masks = resize_masks(self.masks, size)
        masks = masks + EPSILON  # where no region is, all have the same share
        return masks / masks.sum(0, keepdim=True)

    def _picture(self, source: _Layer, like: Image) -> Image:
        painted = room_for(like.shape, like)
        for start, stop in _strips(source.size):
            part = self.network.convolutions["out"](_around(source, start, stop))
            rows = slice(start * OUT, stop * OUT)
            painted[..., rows, :] = F.pixel_shuffle(part.float(), OUT).sigmoid()
            put_back(painted)
        return painted


def _strips(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the first row of each strip, and the first one of the next."""
    h, w = size
    count = ceil(h * w / POSITIONS)
    step = max(2, ceil(h / count))  # one row alone couldn't be mirrored
    starts = list(range(0, h, step))
    if len(starts) > 1 and h - starts[-1] < 2:
        del starts[-1]
    return zip(starts, [*starts[1:], h], strict=True)


def _around(source: _Source, start: int, stop: int) -> Tensor:
    """Return rows with one more on every side, mirrored beyond the border."""
    h, _ = source.size
    part = source.rows(max(0, start - 1), min(h, stop + 1))
    return F.pad(part, (1, 1, int(start == 0), int(stop == h)), mode="reflect")


def _room(size: tuple[int, int], like: Tensor) -> Tensor:
    """Return room for a layer of such numbers, in which rows lie one after the other."""
    h, w = size
    return room_for((1, h, w, like.shape[1]), like).permute(0, 3, 1, 2)


def _settled(layer: _Layer) -> Tensor:
    """Return a layer as it is read, in the place where it was."""
    for start, stop in _strips(layer.size):
        layer.values[:, :, start:stop] = layer.rows(start, stop)
        put_back(layer.values)
    return layer.values


def _add(values: Tensor, layer: _Layer) -> None:
    for start, stop in _strips(layer.size):
        values[:, :, start:stop] += layer.rows(start, stop)
        put_back(values)
