"""Pictures that tests draw for themselves, and the threads that one of several processes takes."""

import math
import os

import pytest
import torch

from impasto.contracts import Image, Inputs, Style

if workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0")):
    # As many threads in each as if it were alone would wait for one another.
    threads = max(1, torch.get_num_threads() // workers)
    torch.set_num_threads(threads)
    os.environ["OMP_NUM_THREADS"] = str(threads)  # of the commands that it starts


def draw_photo(h: int, w: int) -> Image:
    """A light disc before a gradient: flat parts, an edge and a slope."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing="ij")
    disc = ((x**2 + y**2) < 0.4).float()
    return torch.stack([0.2 + 0.6 * disc, (x + 1) / 2.2, (y + 1) / 2.5])[None].clamp(0, 1)


def draw_painting(h: int, w: int) -> Image:
    """Colored stripes in two directions."""
    y, x = torch.meshgrid(torch.arange(h) / 3.0, torch.arange(w) / 3.0, indexing="ij")
    waves = [torch.sin(x + y), torch.sin(2 * x - y), torch.sin(math.pi * y)]
    return (torch.stack(waves)[None] * 0.45 + 0.5).float()


@pytest.fixture
def photo() -> Image:
    return draw_photo(40, 56)


@pytest.fixture
def painting() -> Image:
    return draw_painting(48, 36)


@pytest.fixture
def inputs(photo: Image, painting: Image) -> Inputs:
    return Inputs(photo, (Style(painting),))
