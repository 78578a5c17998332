"""How much of the rate that its convolutions reach alone an evaluation of the loss reaches.

An evaluation is the loss of `standard` and its gradient: network, Gram matrices, content, total
variation. Beside it every convolution that it makes, forth and back, is done on numbers of the same
shape and nothing else. Both take turns, so that a machine which slows down slows both; a turn's
share is one number, and the median of all turns is what counts. Beside it stands the best
evaluation's rate as a share of the best convolutions': what disturbs a machine only ever slows it,
so that the best of many turns come nearest to what it does undisturbed. The arithmetic is that of
convolutions and Gram matrices; what else is computed counts as loss.

    python benchmarks/share.py --json benchmarks/results/share.json
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple, cast

import torch
from machine import machine
from torch import Tensor
from torch.nn import functional

from impasto import RECIPES, Inputs, Style, load_image
from impasto.heap import kept
from impasto.images.resize import resize
from impasto.methods.gatys import make_loss
from impasto.methods.gatys_memory import KEPT_WHOLE
from impasto.methods.gatys_settings import Gatys
from impasto.networks.encoder import load_encoder
from impasto.networks.lean import Kernel
from impasto.networks.vgg import blocks, stride
from impasto.optimize.canvas import Canvas

EXAMPLES = Path(__file__).parents[1] / "examples"
CONTENT, STYLE = EXAMPLES / "mountains.jpg", EXAMPLES / "starry_night.jpg"
ARITHMETICS = {"bfloat16": torch.bfloat16, "float32": torch.float32}
WARM = 5
"""Turns before the first that counts: that many it takes until the heap no longer asks the system
for memory, which a run of hundreds of evaluations does not feel."""


class Layer(NamedTuple):
    """A convolution of the network, on numbers (1, c, h, w) of its shapes forth and back."""

    kernel: Kernel
    forth: Tensor
    back: Tensor

    @property
    def operations(self) -> int:
        """Return those of both ways."""
        out, into, *window = self.kernel.weight.shape
        return 2 * 2 * out * into * window[0] * window[1] * self.forth[0, 0].numel()

    def convolve(self) -> None:
        """Do it both ways."""
        functional.conv2d(self.forth, self.kernel.weight, self.kernel.bias, padding=1)
        functional.conv2d(self.back, self.kernel.turned, padding=1)


def measure(side: int, dtype: torch.dtype, turns: int) -> dict[str, Any]:
    """Return rates (operations per second) and share of a square picture."""
    settings = replace(cast(Gatys, RECIPES["standard"].method), size=side)
    evaluate, layers = evaluation(settings, side, dtype), convolutions(settings, side, dtype)
    alone = sum(layer.operations for layer in layers)
    all_in_all = alone + grams(settings, side)

    def convolve() -> None:
        for layer in layers:
            layer.convolve()

    shares, whole, parts = [], [], []
    with kept(KEPT_WHOLE):  # for both, as in a run on a machine with memory to spare
        for _ in range(WARM):
            evaluate()
            convolve()
        for _ in range(turns):
            whole.append(all_in_all / seconds(evaluate))
            parts.append(alone / seconds(convolve))
            shares.append(whole[-1] / parts[-1])
    return {
        "side": side,
        "share": median(shares),
        "shares": sorted(shares),
        "best": max(whole) / max(parts),
        "evaluation": median(whole),
        "convolutions": median(parts),
    }


def evaluation(settings: Gatys, side: int, dtype: torch.dtype) -> Callable[[], object]:
    """Return what evaluates the loss of a picture and its gradient."""
    photo, painting = (resize(load_image(path), (side, side)) for path in (CONTENT, STYLE))
    encoder = load_encoder(settings.encoder, dtype=dtype)
    loss = make_loss(settings, encoder, Inputs(photo, (Style(painting),)), (side, side))
    canvas = Canvas(settings.parameterization, settings.pixel_range)
    point = canvas.parameters(photo).requires_grad_()

    def evaluate() -> object:
        terms = loss(point, canvas.image)
        return torch.autograd.grad(torch.stack(list(terms.values())).sum(), point)

    return evaluate


def convolutions(settings: Gatys, side: int, dtype: torch.dtype) -> list[Layer]:
    """Return every convolution of an evaluation."""
    encoder, rng = load_encoder(settings.encoder, dtype=dtype), torch.Generator().manual_seed(0)

    def numbers(channels: int, layer: str) -> Tensor:
        shape = (1, channels, side // stride(layer), side // stride(layer))
        drawn = torch.randn(shape, generator=rng).to(dtype)
        return drawn.contiguous(memory_format=torch.channels_last)

    names = [name for block in blocks(encoder.architecture, settings.all_layers) for name in block]
    kernels = {name: encoder.kernels[name] for name in names if name.startswith("conv")}
    return [
        Layer(kernel, numbers(kernel.weight.shape[1], name), numbers(len(kernel.bias), name))
        for name, kernel in kernels.items()
    ]


def grams(settings: Gatys, side: int) -> int:
    """Return the operations of the Gram matrices, forth and back: c² at each position, twice."""
    encoder = load_encoder(settings.encoder)
    channels = {
        name: len(encoder.kernels[name.replace("relu", "conv")].bias)
        for name in settings.layers["style"]
    }
    return sum(2 * 2 * c**2 * (side // stride(name)) ** 2 for name, c in channels.items())


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def main(words: Sequence[str] | None = None) -> None:
    """Measure both arithmetics at every size and write what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--sides", type=int, nargs="+", default=[512, 1024])
    parser.add_argument("--turns", type=int, default=15)
    arguments = parser.parse_args(words)
    found = []
    for name, dtype in ARITHMETICS.items():
        for side in arguments.sides:
            found.append({"arithmetic": name, **measure(side, dtype, arguments.turns)})
            rates = [found[-1][each] / 1e9 for each in ("evaluation", "convolutions")]
            shares = f"share {found[-1]['share']:.2f}, of the best {found[-1]['best']:.2f}"
            print(
                f"{name}, {side} x {side}: {shares}; {rates[0]:.0f} of {rates[1]:.0f} GFLOP/s",
                flush=True,
            )
    record = {"machine": machine(), "measured": found}
    arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
