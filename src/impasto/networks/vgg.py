"""The layers of VGG-16 and VGG-19 (Simonyan and Zisserman, ICLR 2015, table 1, columns D and E).

A layer has a name and never a number: "conv4_2" is the second convolution of the fourth block
before its ReLU, "relu4_2" the same after it, "pool4" the end of that block.
"""

from typing import Literal

from impasto.errors import ImpastoError

Architecture = Literal["vgg16", "vgg19"]

CONVOLUTIONS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
CHANNELS = (64, 128, 256, 512, 512)


def layer_names(architecture: Architecture) -> tuple[str, ...]:
    """Return every layer in the order of computation, "conv1_1" to "pool5"."""
    names: list[str] = []
    for block, count in enumerate(CONVOLUTIONS[architecture], start=1):
        for index in range(1, count + 1):
            names += [f"conv{block}_{index}", f"relu{block}_{index}"]
        names.append(f"pool{block}")
    return tuple(names)


def check_layers(architecture: Architecture, layers: list[str]) -> None:
    """Raise an ImpastoError that names the known layers if one of `layers` is not among them."""
    known = layer_names(architecture)
    for name in layers:
        if name not in known:
            raise ImpastoError(
                f"{name!r} is not a layer of {architecture}; expected one of {', '.join(known)}"
            )


def stride(layer: str) -> int:
    """Return how many pixels of the picture one position of this layer is apart from the next."""
    block = int(layer[len("conv") :].split("_")[0])
    return 2**block if layer.startswith("pool") else 2 ** (block - 1)
