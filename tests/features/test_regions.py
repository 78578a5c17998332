"""Masks at a layer's grid against means over pixels."""

import pytest
import torch

from impasto.features.regions import at_grid


def test_each_position_gets_the_share_of_its_pixels():
    masks = torch.rand(2, 1, 8, 12, generator=torch.Generator().manual_seed(0))
    small = at_grid(masks, (2, 3))
    for k in range(2):
        for y in range(2):
            for x in range(3):
                pixels = masks[k, 0, 4 * y : 4 * y + 4, 4 * x : 4 * x + 4]
                assert small[k, 0, y, x].item() == pytest.approx(pixels.mean().item())


def test_regions_that_share_every_pixel_share_every_position():
    one = (torch.rand(1, 1, 9, 13, generator=torch.Generator().manual_seed(0)) > 0.5).float()
    small = at_grid(torch.cat([one, 1 - one]), (4, 6))
    torch.testing.assert_close(small.sum(0), torch.ones(1, 4, 6))


def test_the_same_size_changes_nothing():
    masks = torch.rand(1, 1, 5, 7, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(at_grid(masks, (5, 7)), masks)
