"""The layers of VGG-16 and VGG-19 (Simonyan and Zisserman, ICLR 2015, table 1, columns D and E).

A layer has a name and never a number: "conv4_2" is the second convolution of the fourth block
before its ReLU, "relu4_2" the same after it, "pool4" the end of that block.
"""

from collections.abc import Iterable

from impasto.errors import ImpastoError
from impasto.weights.table import WIDTHS, Architecture


def layer_names(architecture: Architecture) -> tuple[str, ...]:
    """Return every layer in the order of computation, "conv1_1" to "pool5"."""
    names: list[str] = []
    for block, widths in enumerate(WIDTHS[architecture], start=1):
        for index in range(1, len(widths) + 1):
            names += [f"conv{block}_{index}", f"relu{block}_{index}"]
        names.append(f"pool{block}")
    return tuple(names)


def blocks(architecture: Architecture, layers: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the layers up to the deepest of some, block by block; a block ends with its pool."""
    names = layer_names(architecture)
    needed = names[: 1 + max((names.index(name) for name in layers), default=-1)]
    found: list[tuple[str, ...]] = []
    block: tuple[str, ...] = ()
    for name in needed:
        block = (*block, name)
        if name.startswith("pool") or name == needed[-1]:
            found.append(block)
            block = ()
    return found


def check_layers(architecture: Architecture, layers: list[str]) -> None:
    """Raise an ImpastoError that names the known layers if one of `layers` is not among them."""
    known = layer_names(architecture)
    for name in layers:
        if name not in known:
            raise ImpastoError(
                f"{name!r} is not a layer of {architecture}; expected one of {', '.join(known)}"
            )


def least_side(layers: Iterable[str], padding: str) -> int:
    """Return the shortest side in pixels of a picture that these layers can look at.

    Each pool halves it, and reflection needs two positions to reflect at. Layers that no VGG has
    don't count; `check_layers` refuses them.
    """
    known = layer_names("vgg19")  # which has every layer of VGG-16
    deepest = max((stride(name) for name in layers if name in known), default=1)
    return deepest * (2 if padding == "reflect" else 1)


def reach(architecture: Architecture, layers: Iterable[str]) -> int:
    """Return how many pixels a position of the deepest layer sees beyond those it stands for.

    Each convolution sees one position more; a pool stays where it is.
    """
    names = (name for block in blocks(architecture, layers) for name in block)
    return sum(stride(name) for name in names if name.startswith("conv"))


def block_of(layer: str) -> int:
    """Return the number of a layer's block, from 1."""
    return int(layer[len("conv") :].split("_")[0])


def channels(architecture: Architecture, layer: str) -> int:
    """Return how many numbers a position of a layer has."""
    widths = WIDTHS[architecture][block_of(layer) - 1]
    return widths[-1] if layer.startswith("pool") else widths[int(layer.split("_")[1]) - 1]


def stride(layer: str) -> int:
    """Return how many pixels of the picture one position of this layer is apart from the next."""
    return 2 ** (block_of(layer) - (not layer.startswith("pool")))
