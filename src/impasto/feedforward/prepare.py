"""Pictures brought to their sizes, and what a cascade over them needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

from impasto.contracts import Image, Inputs, Stage, Style
from impasto.errors import ImpastoError
from impasto.features.tiles import Tile
from impasto.feedforward.autoencoders import decoder_architecture
from impasto.feedforward.settings import LEAST, Size, Sizes
from impasto.images.resize import fit, resize, size_of
from impasto.networks.decoder import decoder_margin
from impasto.networks.precision import network_dtype
from impasto.networks.view import view_tiles
from impasto.shelf import LARGE, put_back, shelve
from impasto.weights.table import Architecture

NETWORK = 300_000_000
"""Bytes, whatever the size: both networks, and what lies around them."""

PICTURES = 60
"""Bytes per pixel of the photo, of the pictures before and after a level, and of the result."""

IN_HAND = 24
"""Bytes per pixel of those that lie in memory at once where the others lie in files."""

SEEN = 500
"""Numbers per pixel that lie there at once, of what is seen of a tile."""

LEAST_TILE = 256
"""Pixels of a tile's side: smaller ones would overlap more than they are large."""


def arranged(settings: Sizes, inputs: Inputs) -> tuple[Image, list[Style]]:
    """Return the photo at the size of the result, and the paintings at sizes that go with it."""
    content = shelve(resize(inputs.content, result_size(settings, inputs)))
    put_back(inputs.content)
    styles = [
        replace(style, image=shelve(resize(style.image, style_size(settings, style.image))))
        for style in inputs.styles
    ]
    return content, styles


def result_size(settings: Size, inputs: Inputs) -> tuple[int, int]:
    """Return the size (h, w) of the result.

    Raises:
        ImpastoError: a side would be too short for the network.
    """
    h, w = fit(size_of(inputs.content), settings.size, settings.size_of)
    if min(h, w) < LEAST:
        raise ImpastoError(
            f"the result would be {w} x {h} pixels; expected {LEAST} x {LEAST} at least; choose a "
            "larger size, or crop the content"
        )
    return h, w


def style_size(settings: Sizes, image: Image) -> tuple[int, int]:
    """Return the size (h, w) of a painting beside a photo of the settings' size."""
    side = max(LEAST, round(settings.size * settings.style_scale))
    h, w = fit(size_of(image), side, settings.size_of)
    return max(h, LEAST), max(w, LEAST)


def plan_cascade(
    settings: Sizes, decoder: str, levels: Sequence[int], inputs: Inputs, memory: int | None
) -> Stage:
    """Return size, tiles and memory of a cascade over these levels, in order.

    Raises:
        ImpastoError: a side of the result would be too short for the network.
    """
    h, w = result_size(settings, inputs)
    itemsize = network_dtype(settings.precision, inputs.content.device).itemsize
    whole = Cover(decoder_architecture(decoder), levels, (h, w))
    paintings = max(prod(style_size(settings, each.image)) for each in inputs.styles)
    cover, side = whole, None
    for count in range(1, max(h, w) // LEAST_TILE + 1):
        side = None if count == 1 else -(-max(h, w) // count)
        cover = replace(whole, side=side)
        need = _need(cover, paintings, itemsize)
        if memory is None or need <= memory:
            break
    return Stage((h, w), cover.tiles, _need(cover, paintings, itemsize), tile=side)


@dataclass(frozen=True)
class Cover:
    """The tiles of a cascade over a picture (h, w), `side` pixels large at most."""

    architecture: Architecture
    levels: Sequence[int]
    size: tuple[int, int]
    side: int | None = None

    @property
    def tiles(self) -> int:
        """How many there are, over all levels."""
        return sum(len(self._of(level)) for level in self.levels)

    @property
    def seen(self) -> int:
        """The pixels that are seen of the largest one."""
        spans = (tile for level in self.levels for tile in self._of(level))
        return max((a.high - a.low) * (b.high - b.low) for a, b in spans)

    def _of(self, level: int) -> list[Tile]:
        step = 2 ** (max(self.levels) - 1)
        h, w = (length + -length % step for length in self.size)
        return view_tiles(
            self.architecture,
            (h, w),
            self.side,
            [f"relu{level}_1"],
            decoder_margin(self.architecture, level),
        )


def _need(cover: Cover, paintings: int, itemsize: int) -> int:
    """Return the bytes of a cascade, its largest painting having so many pixels."""
    area = prod(cover.size)
    pictures = IN_HAND if 12 * area >= LARGE else PICTURES  # the others lie on the shelf
    return NETWORK + pictures * area + SEEN * itemsize * max(cover.seen, paintings)
