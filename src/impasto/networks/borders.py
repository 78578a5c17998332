"""What is put around features, and between them, where a network makes a picture of them.

A training computes in bfloat16 what it multiplies, and torch widens what is only moved, forth and
back: none of that is wanted here, where the numbers stay what they are.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor


def bordered(x: Float[Tensor, "n c h w"]) -> Float[Tensor, "n c _ _"]:
    """Return features with one position more on every side, mirrored."""
    with torch.autocast(x.device.type, enabled=False):
        return F.pad(x, (1, 1, 1, 1), mode="reflect")


def enlarged(x: Float[Tensor, "n c h w"], times: int = 2) -> Float[Tensor, "n c _ _"]:
    """Return features with so many positions for each one, along both sides."""
    with torch.autocast(x.device.type, enabled=False):
        return F.interpolate(x, scale_factor=float(times), mode="nearest")
