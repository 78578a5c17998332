"""Photo in, painting out, in one pass: a network whose normalization says in which style.

Paper: Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style transfer and
super-resolution", ECCV 2016; Dumoulin, Shlens and Kudlur, "A learned representation for artistic
style", ICLR 2017: all styles share the convolutions, and each has a scale and a shift of its own
for every channel after every instance normalization (eq. 5).

Differs: theirs begin and end with convolutions of 9 x 9 at full size, which take most of the time.
Here 4 x 4 pixels become 48 numbers of one position at once, and the last layer gives 2 x 2 pixels:
nothing is computed at full size.
"""

from collections.abc import Iterator
from itertools import accumulate, pairwise

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from impasto.networks.borders import bordered, enlarged

STRIDE = 4
"""Pixels from one position to the next where most layers are."""

BLOCKS = 5
"""Residual blocks, as in the paper."""

EPSILON = 1e-5
"""What is added to a variance."""

OUT = 2
"""The last layer gives so many by so many pixels for each position."""


class Transformer(nn.Module):
    """The convolutions, `width` channels wide; what they are normalized to is given from outside.

    A *manner* is one vector: the scales of all normalized channels (less 1), then their shifts.
    """

    def __init__(self, width: int = 96) -> None:
        super().__init__()
        self.width = width
        self.convolutions = nn.ModuleDict()
        for name, (inputs, outputs) in shapes(width).items():
            convolution = nn.Conv2d(inputs, outputs, 3, bias=name == "out")
            nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            if convolution.bias is not None:
                nn.init.zeros_(convolution.bias)
            self.convolutions[name] = convolution

    @property
    def normalized(self) -> int:
        """How many channels are normalized: half of the numbers of a manner."""
        return sum(outputs for name, (_, outputs) in shapes(self.width).items() if name != "out")

    def forward(
        self, image: Float[Tensor, "n 3 h w"], manner: Float[Tensor, "n _"]
    ) -> Float[Tensor, "n 3 h w"]:
        """Return pictures in [0, 1]; sides are multiples of `STRIDE`, and each has its manner."""
        given = dict(split_manner(manner, self.width))
        x = F.pixel_unshuffle(2 * image - 1, STRIDE)
        x = self._normal("stem", x, given).relu()
        for number in range(1, BLOCKS + 1):
            y = self._normal(f"block{number}_1", x, given).relu()
            x = x + self._normal(f"block{number}_2", y, given)
        x = enlarged(x, STRIDE // OUT)
        x = self._normal("up", x, given).relu()
        return F.pixel_shuffle(self._convolve("out", x), OUT).sigmoid()

    def _convolve(self, name: str, x: Tensor) -> Tensor:
        return self.convolutions[name](bordered(x))

    def _normal(self, name: str, x: Tensor, given: dict[str, tuple[Tensor, Tensor]]) -> Tensor:
        scale, shift = (each[:, :, None, None] for each in given[name])
        y = F.instance_norm(self._convolve(name, x), eps=EPSILON)
        return y * (1 + scale).to(y) + shift.to(y)


class Painters(nn.Module):
    """A transformer with a table of manners, one for each painting that it has learned."""

    def __init__(self, paintings: int, width: int = 96) -> None:
        super().__init__()
        self.transformer = Transformer(width)
        self.manners = nn.Parameter(torch.zeros(paintings, 2 * self.transformer.normalized))

    def forward(
        self, image: Float[Tensor, "n 3 h w"], shares: Float[Tensor, "n paintings"]
    ) -> Float[Tensor, "n 3 h w"]:
        """Return pictures in [0, 1], each painted as a mixture of the paintings says."""
        return self.transformer(image, shares @ self.manners)


def shapes(width: int) -> dict[str, tuple[int, int]]:
    """Return the channels that go in and come out of each convolution, in their order."""
    blocks = {
        f"block{number}_{half}": (width, width)
        for number in range(1, BLOCKS + 1)
        for half in (1, 2)
    }
    return {
        "stem": (3 * STRIDE**2, width),
        **blocks,
        "up": (width, width // 2),
        "out": (width // 2, 3 * OUT**2),
    }


def split_manner(
    manner: Float[Tensor, "n _"], width: int
) -> Iterator[tuple[str, tuple[Tensor, Tensor]]]:
    """Yield the scale and the shift (n, channels) of each normalized layer."""
    names = [name for name in shapes(width) if name != "out"]
    ends = accumulate((shapes(width)[name][1] for name in names), initial=0)
    scales, shifts = manner.chunk(2, 1)
    for name, (start, stop) in zip(names, pairwise(ends), strict=True):
        yield name, (scales[:, start:stop], shifts[:, start:stop])
