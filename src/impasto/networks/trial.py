"""A convolution tried out: how fast a machine is, and whether it is right."""

import time
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

CHANNELS, SIDE = 256, 64
"""Of a convolution in the third block of a VGG of a picture of 256 pixels: about the middle, and
done in hundredths of a second."""

SECONDS, LEAST = 0.3, 3
"""It is repeated as long as that, and so often at least. The fastest one is what the machine can
do: the others were disturbed, or had to load something."""


class Trial(NamedTuple):
    """What a convolution reached: operations per second, and its relative error."""

    rate: float
    error: float


def try_convolution(dtype: torch.dtype, device: torch.device) -> Trial:
    """Time a convolution of 3 x 3, and compare it with one in float64 on the processor."""
    rng = torch.Generator().manual_seed(0)
    features = _placed(torch.randn(1, CHANNELS, SIDE, SIDE, generator=rng), dtype, device)
    kernels = _placed(torch.randn(CHANNELS, CHANNELS, 3, 3, generator=rng), dtype, device)
    best, spent, times = float("inf"), 0.0, 0
    while times < LEAST or spent < SECONDS:
        begin = time.perf_counter()
        found = functional.conv2d(features, kernels, padding=1)
        found[0, 0, 0, 0].item()  # another device is done only now
        seconds = time.perf_counter() - begin
        best, spent, times = min(best, seconds), spent + seconds, times + 1
    exact = functional.conv2d(features.cpu().double(), kernels.cpu().double(), padding=1)
    error = ((found.cpu().double() - exact).norm() / exact.norm()).item()
    return Trial(2 * kernels.numel() * SIDE**2 / best, error)


def _placed(numbers: Tensor, dtype: torch.dtype, device: torch.device) -> Tensor:
    return numbers.to(device, dtype).contiguous(memory_format=torch.channels_last)
