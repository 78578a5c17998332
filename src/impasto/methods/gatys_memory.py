"""How much memory an evaluation needs, and the tiles with which it fits.

The constants are measured: `benchmarks/evaluation_cost.py` has them beside the peaks of processes.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from impasto.methods.gatys_settings import Gatys
from impasto.networks.strips import STRIPPED
from impasto.networks.vgg import block_of, channels, reach, stride
from impasto.shelf import LARGE
from impasto.weights.store import architecture_of

NETWORK = 81_000_000
"""Bytes, whatever the size: what lies around the weights."""

KERNELS = 30_000_000
"""Numbers of a network's kernels, for both ways."""

SEEN = 138
"""Bytes per pixel of what the network looks at, besides the numbers that it keeps: the image, bits
of ReLUs, what lies between two steps, and what the heap holds without need."""

FLEETING = 20
"""Numbers per pixel that are needed for a moment on the way back."""

WHOLE_BLOCK = 4
"""So many of a layer lie there at once in a block that isn't computed in strips."""

PICTURES = 84
"""Bytes per pixel of the picture as it is, was and will be, its gradients and its direction."""

IN_HAND = 48
"""Bytes per pixel of those that lie in memory at once where the others lie on the shelf: one is
resized and clamped before the first evaluation, gradients of two terms are added in each."""

PAINTING, LOOKED_AT = 24, 40
"""Bytes per pixel of a painting, and numbers while it is looked at."""

PAIR = 24
"""Bytes per pixel of a step and a change that L-BFGS remembers."""

STATE = 72
"""Bytes per pixel of what a resume needs besides: point, gradient, direction, best and average."""

LEAST_TILE = 256
"""Pixels of a tile's side: smaller ones would overlap more than they are large."""

Size = tuple[int, int]


class Need(NamedTuple):
    """The bytes of one scale, and the side of the tiles that it is computed in; None: in one."""

    memory: int
    tile: int | None


class Numbers(NamedTuple):
    """What the numbers of a run are: the bytes of one of the network's, and a shelf for many."""

    itemsize: int
    shelf: bool


def fitted(
    settings: Gatys, size: Size, paintings: Sequence[Size], numbers: Numbers, memory: int | None
) -> Need:
    """Return the need of a scale, with the largest tiles whose need is at most `memory` bytes.

    Sizes are (h, w). A loss of histograms can't be tiled: they need all numbers of a layer at once.
    Nor do tiles help that are too small.
    """
    whole = Need(_memory(settings, size, paintings, numbers, None), None)
    if memory is None or whole.memory <= memory or "histogram" in settings.layers:
        return whole
    need = whole
    for count in range(2, max(size) // LEAST_TILE + 1):
        side = -(-max(size) // count)
        need = Need(_memory(settings, size, paintings, numbers, side), side)
        if need.memory <= memory:
            break
    return need


def shelved(settings: Gatys, size: Size, numbers: Numbers) -> int:
    """Return the bytes that lie in files at a size (h, w)."""
    if not numbers.shelf or PAIR // 2 * size[0] * size[1] < LARGE:
        return 0
    return _remembered(settings, size, numbers.itemsize)


def state_memory(settings: Gatys, size: Size) -> int:
    """Return the bytes of a copy of all that a resume needs, at a size (h, w)."""
    return (STATE + PAIR * _pairs(settings)) * size[0] * size[1]


def _memory(
    settings: Gatys, size: Size, paintings: Sequence[Size], numbers: Numbers, tile: int | None
) -> int:
    itemsize, seen = numbers.itemsize, _seen(settings, size, tile)
    pictures = _remembered(settings, size, itemsize)
    if shelved(settings, size, numbers):
        pictures = IN_HAND * size[0] * size[1]
    working = pictures + (SEEN + _kept(settings) * itemsize) * seen
    looking = sum(PAINTING * h * w for h, w in paintings) + LOOKED_AT * itemsize * max(
        _seen(settings, each, tile) for each in paintings
    )
    return NETWORK + KERNELS * itemsize + round(max(working, looking))


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
    layers = settings.layers
    features = {**layers.get("content", {}), **layers.get("histogram", {})}
    measured = {name: 1 for name in layers.get("style", {}) if name != "relu1_1"}
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


def _numbers(settings: Gatys, layers: Mapping[str, float]) -> float:
    """Return the numbers per pixel of some layers."""
    architecture = architecture_of(settings.encoder)
    return sum(channels(architecture, name) / stride(name) ** 2 for name in layers)


def _pairs(settings: Gatys) -> int:
    return settings.history if settings.optimizer.startswith("lbfgs") else 1
