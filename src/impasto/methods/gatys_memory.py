"""How much memory an evaluation needs, and the tiles with which it fits.

The constants are measured: `benchmarks/evaluation_cost.py` has them beside the peaks of processes.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from impasto.methods.gatys_settings import Gatys
from impasto.networks.strips import STRIP, STRIPPED
from impasto.networks.vgg import block_of, channels, reach, stride
from impasto.shelf import LARGE
from impasto.weights.store import architecture_of

NETWORK, LOADING = 81_000_000, 134_000_000
"""Bytes, whatever the size: what lies around the weights, and around them while they are loaded."""

KERNELS = 30_000_000
"""Numbers of a network's kernels, for both ways."""

SEEN = 138
"""Bytes per pixel of what the network looks at, besides the numbers that it keeps: the image, bits
of ReLUs, what lies between two steps, and what the heap holds without need."""

FLEETING = 35
"""Numbers per pixel that are needed for a moment on the way back."""

WHOLE_BLOCK = 4
"""So many of a layer lie there at once in a block that isn't computed in strips."""

PICTURES = 84
"""Bytes per pixel of the picture as it is, was and will be, its gradients and its direction."""

IN_HAND, BESIDE_TILE = 48, 24
"""Bytes per pixel of those that lie in memory at once where the others lie on the shelf: when one
is resized and clamped before the first evaluation, or gradients of two terms are added in each; and
while a tile is looked at."""

MARKS = 55
"""Bytes per pixel that wait in a file between the two looks at a tile, besides numbers of layers:
the image, and bits of ReLUs and pools."""

PAINTING, LOOKED_AT = 24, 40
"""Bytes per pixel of a painting, and numbers while it is looked at."""

PAIR = 24
"""Bytes per pixel of a step and a change that L-BFGS remembers."""

STATE = 72
"""Bytes per pixel of what a resume needs besides: point, gradient, direction, best and average."""

KEPT = 6
"""So many layers as large as a strip lie there besides where what is freed is kept; of a picture
that is smaller than a strip, half as many."""

KEPT_WHOLE, KEPT_TILES = 2**28, 2**20
"""The bytes of the largest block that is kept, in one; and in tiles, beside the layer of a strip.
Larger blocks of tiles don't serve the next one, which needn't have the same size."""

LARGE_TILE = 1024
"""Pixels of the side from which on keeping what is freed saves more time than larger tiles do."""

LEAST_TILE = 256
"""Pixels of a tile's side: smaller ones would overlap more than they are large."""

Size = tuple[int, int]


class Need(NamedTuple):
    """The bytes of one scale, and the side of the tiles that it is computed in; None: in one.

    `kept` are the bytes of the largest block that is kept when it is freed, which is faster.
    """

    memory: int
    tile: int | None
    kept: int = 0


class Numbers(NamedTuple):
    """What the numbers of a run are: the bytes of one of the network's, and a shelf for many."""

    itemsize: int
    shelf: bool


def fitted(
    settings: Gatys, size: Size, paintings: Sequence[Size], numbers: Numbers, memory: int | None
) -> Need:
    """Return the need of a scale, with the largest tiles whose need is at most `memory` bytes.

    Sizes are (h, w). What is freed is kept if there is room for that too, even with smaller tiles.
    A loss of histograms can't be tiled: they need all numbers of a layer at once. Nor do tiles help
    that are too small.
    """
    whole = Need(_memory(settings, size, paintings, numbers, None), None)
    if memory is None:
        return whole
    more = _kept_free(settings, size, numbers.itemsize) if numbers.shelf else 0
    if whole.memory + more <= memory:
        return Need(whole.memory + more, None, KEPT_WHOLE if more else 0)
    if whole.memory <= memory or "histogram" in settings.layers:
        return whole
    need = whole
    for count in range(2, max(size) // LEAST_TILE + 1):
        side = -(-max(size) // count)
        need = Need(_memory(settings, size, paintings, numbers, side), side)
        if more and side >= LARGE_TILE:
            strip = STRIP * numbers.itemsize + KEPT_TILES
            need = Need(need.memory + more, side, strip)
        if need.memory <= memory:
            break
    return need


def _kept_free(settings: Gatys, size: Size, itemsize: int) -> int:
    """Return the bytes that are kept for what is asked for next."""
    widest = channels(architecture_of(settings.encoder), "relu1_1")
    return KEPT * itemsize * min(STRIP, widest * size[0] * size[1] // 2)


def on_disk(settings: Gatys, size: Size, numbers: Numbers, tile: int | None) -> int:
    """Return the bytes that lie in files at a size (h, w)."""
    if not numbers.shelf:
        return 0
    shelved = _remembered(settings, size, numbers.itemsize) if is_shelved(size, numbers) else 0
    if tile is None:
        return shelved
    overlap = _seen(settings, size, tile) / min(tile**2, size[0] * size[1])
    return shelved + round(overlap * _put_away(settings, numbers.itemsize) * size[0] * size[1])


def is_shelved(size: Size, numbers: Numbers) -> bool:
    """Return whether pictures of a size (h, w), and all that is remembered, lie on the shelf."""
    return numbers.shelf and PAIR // 2 * size[0] * size[1] >= LARGE


def state_size(settings: Gatys, size: Size) -> int:
    """Return the bytes of all that a resume needs, at a size (h, w)."""
    return (STATE + PAIR * _pairs(settings)) * size[0] * size[1]


def _memory(
    settings: Gatys, size: Size, paintings: Sequence[Size], numbers: Numbers, tile: int | None
) -> int:
    itemsize, area = numbers.itemsize, size[0] * size[1]
    each = SEEN + _kept(settings) * itemsize
    if tile and numbers.shelf:
        each -= _put_away(settings, itemsize)
    network = each * _seen(settings, size, tile)
    if is_shelved(size, numbers):
        working = max(IN_HAND * area, BESIDE_TILE * area + network)
    else:
        working = _remembered(settings, size, itemsize) + network
    looking = sum(PAINTING * h * w for h, w in paintings) + LOOKED_AT * itemsize * max(
        _seen(settings, each, tile) for each in paintings
    )
    beyond = max(LOADING, NETWORK + round(max(working, looking)))
    return KERNELS * itemsize + beyond


def _put_away(settings: Gatys, itemsize: int) -> float:
    """Return the bytes per pixel that wait in a file between the two looks at a tile."""
    layers = (_whole(settings), _measured(settings))
    return MARKS + itemsize * sum(_numbers(settings, names) for names in layers)


def _remembered(settings: Gatys, size: Size, itemsize: int) -> int:
    """Return the bytes of all pictures, and of what the photo's content is."""
    content = _numbers(settings, settings.layers.get("content", {}))
    return round((PICTURES + PAIR * _pairs(settings) + content * itemsize) * size[0] * size[1])


def _seen(settings: Gatys, size: Size, tile: int | None) -> int:
    """Return the pixels that the network looks at at once."""
    if tile is None:
        return size[0] * size[1]
    layers = settings.all_layers
    align = max((stride(name) for name in layers), default=1)
    around = reach(architecture_of(settings.encoder), layers) + align
    h, w = (min(side, tile + 2 * around) for side in size)
    return h * w


def _kept(settings: Gatys) -> float:
    """Return the numbers per pixel that lie there when most do, after the deepest layer."""
    features, measured = _whole(settings), _measured(settings)
    whole = [
        block
        for block in range(1, STRIPPED + 1)
        if any(block_of(name) == block for name in features) or f"pool{block}" in measured
    ]
    blocks = {f"relu{block}_1": 1 for block in whole}
    return (
        FLEETING
        + _numbers(settings, features)
        + _numbers(settings, measured)
        + WHOLE_BLOCK * _numbers(settings, blocks)
    )


def _whole(settings: Gatys) -> dict[str, float]:
    """Return the layers whose features are compared as they are."""
    layers = settings.layers
    return {**layers.get("content", {}), **layers.get("histogram", {})}


def _measured(settings: Gatys) -> list[str]:
    """Return the layers kept for the gradient of their moments; the first is made again."""
    return [name for name in settings.layers.get("style", {}) if name != "relu1_1"]


def _numbers(settings: Gatys, layers: Iterable[str]) -> float:
    """Return the numbers per pixel of some layers."""
    architecture = architecture_of(settings.encoder)
    return sum(channels(architecture, name) / stride(name) ** 2 for name in layers)


def _pairs(settings: Gatys) -> int:
    return settings.history if settings.optimizer.startswith("lbfgs") else 1
