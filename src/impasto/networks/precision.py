"""Which arithmetic this machine is fast at.

Only the network runs in it. Gram matrices and losses are float32, or float64 where the network is,
and the picture is float32 always.
"""

from typing import TypeVar

import torch

from impasto.choices import Precision

Network = TypeVar("Network", bound=torch.nn.Module)


def network_dtype(precision: Precision, device: torch.device) -> torch.dtype:
    """Return the dtype that the network runs in.

    "auto" asks the processor what it can do and not a clock: the same machine always gives the same
    answer, so that a run can be repeated bit for bit. bfloat16 is faster than float32 on processors
    with AMX or AVX-512 BF16; on others it is emulated, and slower.
    """
    if precision != "auto":
        return {
            "bfloat16": torch.bfloat16,
            "float32": torch.float32,
            "float64": torch.float64,
        }[precision]
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    if device.type == "cpu" and bfloat16_units():
        return torch.bfloat16
    return torch.float32


def place(network: Network, device: torch.device, dtype: torch.dtype | None = None) -> Network:
    """Return the network on this device, in this dtype, its kernels laid out as channels_last."""
    # torch's stub leaves this one of its overloads out
    network.to(memory_format=torch.channels_last)  # pyright: ignore[reportCallIssue]
    return network.to(device, dtype)


UNITS = {"AMX": "_is_amx_tile_supported", "AVX-512 BF16": "_is_avx512_bf16_supported"}
"""What in a processor multiplies bfloat16, and how torch calls the question."""


def bfloat16_units() -> tuple[str, ...]:
    """Return what this processor has that multiplies bfloat16; none: it is emulated."""
    return tuple(name for name, check in UNITS.items() if getattr(torch.cpu, check, bool)())
