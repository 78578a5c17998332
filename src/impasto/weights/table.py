"""Every set of weights that impasto knows: what it is, who made it, and what it expects."""

import json
from dataclasses import dataclass
from typing import Literal

from impasto.errors import ImpastoError

Architecture = Literal["vgg16", "vgg19"]

Widths = tuple[tuple[int, ...], ...]
"""Filters of every convolution, block by block: `WIDTHS["vgg16"][2]` are conv3_1 to conv3_3."""

WIDTHS: dict[Architecture, Widths] = {
    "vgg16": ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3),
    "vgg19": ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4),
}


class WeightsError(ImpastoError):
    """A file of weights is not what it should be, or cannot be had; the message says what to do."""


class DownloadError(WeightsError):
    """A download that failed on its way, though nothing was wrong with what was asked for."""


@dataclass(frozen=True)
class Preprocessing:
    """What the first convolution expects: `(255 * image - mean) / std`, channels in this order.

    `mean` and `std` are in units of 0 to 255 and always in RGB order, whatever `channels` says.
    """

    channels: Literal["RGB", "BGR"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    def metadata(self) -> dict[str, str]:
        """Return the three entries of a weights file that say this."""
        mean, std = json.dumps(self.mean), json.dumps(self.std)
        return {"channels": self.channels, "mean": mean, "std": std}


CAFFE = Preprocessing("BGR", (123.68, 116.779, 103.939), (1.0, 1.0, 1.0))
"""Simonyan and Zisserman's own weights, as Caffe and Keras hold them."""

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's photos in [0, 1], as torchvision rounds them."""

TORCHVISION = Preprocessing(
    "RGB",
    (255 * IMAGENET_MEAN[0], 255 * IMAGENET_MEAN[1], 255 * IMAGENET_MEAN[2]),
    (255 * IMAGENET_STD[0], 255 * IMAGENET_STD[1], 255 * IMAGENET_STD[2]),
)
"""The same architecture trained anew by torchvision: another network, not another file format."""

CC_BY = "CC-BY-4.0, https://creativecommons.org/licenses/by/4.0/"
BSD = "BSD-3-Clause, https://github.com/pytorch/vision/blob/main/LICENSE"
VGG_PAPER = "Simonyan and Zisserman, ICLR 2015, https://arxiv.org/abs/1409.1556"
GATYS_PAPER = "Gatys, Ecker and Bethge, CVPR 2016, section 2"


@dataclass(frozen=True)
class WeightsRecord:
    """One set of weights. Either its file is `shipped` in the package or a `url` has it.

    `sha256` is that of the shipped file or of the file at `url`; eight digits where its publisher
    states no more (torch.hub's rule: they are part of the file's name). `first_kernel` are the
    published values of `conv1_1.weight[0, 0]`, row by row, by which a user's own file is known.
    `normalizes` is set if the file holds mean activations, to be applied to the weights so named.
    """

    name: str
    architecture: Architecture
    preprocessing: Preprocessing
    license: str
    paper: str
    origin: str
    sha256: str
    shipped: str | None = None
    url: str | None = None
    first_kernel: tuple[float, ...] = ()
    normalizes: str | None = None

    def metadata(self) -> dict[str, str]:
        """Return what a file with these weights says about itself."""
        return {
            "architecture": self.architecture,
            **self.preprocessing.metadata(),
            "license": self.license,
            "paper": self.paper,
            "origin": self.origin,
        }


_RECORDS = (
    WeightsRecord(
        name="vgg16",
        architecture="vgg16",
        preprocessing=CAFFE,
        license=CC_BY,
        paper=VGG_PAPER,
        origin="Visual Geometry Group, Oxford, in half precision",
        sha256="d4a5e487c9040468916806bf6e6cf3ed1bf9a23393aee5e408d45ac80fa65372",
        shipped="vgg16.safetensors",
    ),
    WeightsRecord(
        name="vgg16-normalized",
        architecture="vgg16",
        preprocessing=CAFFE,
        license=CC_BY,
        paper=GATYS_PAPER,
        origin="vgg16, its filters scaled to a mean activation of 1",
        sha256="547182a92dbc76aeb1790a7fc9c746763281cbf3139fa19756430fdb5a88cd05",
        shipped="vgg16_normalized.safetensors",
        normalizes="vgg16",
    ),
    WeightsRecord(
        name="vgg19",
        architecture="vgg19",
        preprocessing=CAFFE,
        license=CC_BY,
        paper=VGG_PAPER,
        origin="Visual Geometry Group, Oxford",
        sha256="d01eb7cb",
        url="https://web.eecs.umich.edu/~justincj/models/vgg19-d01eb7cb.pth",
        first_kernel=(
            *(0.34119523, 0.33999205, -0.04484424),
            *(0.23215917, 0.0897821, -0.303314),
            *(-0.0726092, -0.246675, -0.336833),
        ),
    ),
    WeightsRecord(
        name="vgg19-torchvision",
        architecture="vgg19",
        preprocessing=TORCHVISION,
        license=BSD,
        paper=VGG_PAPER,
        origin="trained by torchvision on ImageNet, VGG19_Weights.IMAGENET1K_V1",
        sha256="dcbb9e9d",
        url="https://download.pytorch.org/models/vgg19-dcbb9e9d.pth",
        first_kernel=(
            *(-0.053474, -0.049257, -0.067942),
            *(0.015314, 0.045068, 0.0021444),
            *(0.036226, 0.019999, 0.019864),
        ),
    ),
)

TABLE: dict[str, WeightsRecord] = {record.name: record for record in _RECORDS}
