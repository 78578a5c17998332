"""The way back from relu1_1, which needs no steps: it is linear, and the best one has a formula.

A convolution of 64 channels is an overcomplete description of 3 x 3 pixels, which a ReLU halves.
The convolution that gives the picture back with the smallest squared error solves the normal
equations (A + λ I) W = B, where A and B are the second moments of what it sees, and of that with
the pixels.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.networks.borders import bordered
from impasto.networks.decoder import ALONE, Decoder
from impasto.networks.encoder import Encoder
from impasto.training.pictures import Pictures

CROPS = 48
"""Of 192 x 192 pixels: three thousand equations for each unknown."""

RIDGE = 1e-6
"""λ, for features with a mean of 1: enough that a channel which is 0 everywhere has a solution, and
too little to be seen: a hundred times as much loses 0.2 dB."""


@torch.no_grad()
def fit_first_level(network: Decoder, encoder: Encoder, pictures: Pictures, side: int) -> None:
    """Give a decoder the best convolution from relu1_1 to the picture, and let it never change."""
    rng = torch.Generator().manual_seed(0)
    alone = network.convolutions[ALONE]
    assert isinstance(alone, torch.nn.Conv2d) and alone.bias is not None
    inputs = alone.weight[0].numel() + 1
    seen = torch.zeros(inputs, inputs + 3, dtype=torch.float64)
    for _ in range(CROPS):
        crop = pictures.crops(1, side, rng).to(encoder.device)
        columns = _columns(encoder(crop, ["relu1_1"])["relu1_1"])
        pixels = crop.flatten(2)[0].to(columns)
        seen += (columns @ torch.cat([columns, pixels]).T / (CROPS * pixels.shape[1])).cpu()
    ridge = RIDGE * torch.eye(inputs, dtype=torch.float64)
    found = torch.linalg.solve(seen[:, :inputs] + ridge, seen[:, inputs:]).T
    alone.weight.copy_(found[:, :-1].reshape(alone.weight.shape))
    alone.bias.copy_(found[:, -1])
    alone.requires_grad_(False)


def _columns(features: Tensor) -> Tensor:
    """Return what the convolution sees at each position, and 1 for its bias: one column each."""
    seen = F.unfold(bordered(features.float()), 3)[0]
    return torch.cat([seen, torch.ones_like(seen[:1])]).double()
