"""Every set of weights that impasto knows: what it is, who made it, and what it expects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Widths = tuple[tuple[int, ...], ...]
"""Filters of every convolution, block by block: `WIDTHS["vgg16"][2]` are conv3_1 to conv3_3."""

WIDTHS: dict[str, Widths] = {
    "vgg16": ((64, 64), (128, 128), (256,) * 3, (512,) * 3, (512,) * 3),
    "vgg19": ((64, 64), (128, 128), (256,) * 4, (512,) * 4, (512,) * 4),
}


class WeightsError(ValueError):
    """A file of weights is not what it should be, or cannot be had; the message says what to do."""


@dataclass(frozen=True)
class Preprocessing:
    """What the first convolution expects: `(255 * image - mean) / std`, channels in this order.

    `mean` and `std` are in units of 0 to 255 and always in RGB order, whatever `channels` says.
    """

    channels: Literal["RGB", "BGR"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def metadata(self) -> dict[str, str]:
        """The three entries of a weights file that say this."""
        return {
            "channels": self.channels,
            "mean": json.dumps(self.mean),
            "std": json.dumps(self.std),
        }

    @classmethod
    def of(cls, metadata: Mapping[str, str]) -> "Preprocessing":
        """Read what `metadata()` wrote."""
        channels: Literal["RGB", "BGR"] = "BGR" if metadata["channels"] == "BGR" else "RGB"
        mean, std = json.loads(metadata["mean"]), json.loads(metadata["std"])
        return cls(channels, (mean[0], mean[1], mean[2]), (std[0], std[1], std[2]))


CAFFE = Preprocessing("BGR", (123.68, 116.779, 103.939), (1.0, 1.0, 1.0))
"""Simonyan and Zisserman's own weights, as Caffe and Keras hold them."""

CC_BY = "CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/"
VGG_PAPER = "Simonyan and Zisserman, ICLR 2015, https://arxiv.org/abs/1409.1556"
