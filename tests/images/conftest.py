"""Tiny pictures, drawn from a seed."""

import numpy as np
import pytest
import torch


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def pixels(rng):
    """Smooth colors of (24, 32, 3) in 8 bits, that compression leaves recognizable."""
    y, x = np.mgrid[0:24, 0:32]
    planes = [80 + 4 * y + 2 * x, 200 - 3 * y + rng.integers(0, 5), 40 + 6 * x]
    return np.stack(planes, axis=-1).clip(0, 255).astype(np.uint8)


@pytest.fixture
def image(pixels):
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
