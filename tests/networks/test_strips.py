"""Strips of rows, and what overlaps."""

import pytest
import torch

from impasto.networks.strips import cut, strips


@pytest.mark.parametrize("height", [1, 2, 5, 16, 33])
@pytest.mark.parametrize("rows", [0, 1, 4, 7, 100])
def test_every_row_belongs_to_one_strip(height, rows):
    found = strips(height, rows, 2)
    assert [row for each in found for row in range(each.start, each.stop)] == list(range(height))
    for each in found:
        assert each.start % 2 == each.low % 2 == 0
        assert (each.low, each.high) == (max(0, each.start - 2), min(height, each.stop + 2))


def test_gradients_add_where_strips_overlap():
    x = torch.rand(1, 2, 7, 3, dtype=torch.float64, requires_grad=True)
    pieces = strips(7, 2, 2)
    assert torch.autograd.gradcheck(lambda x: cut(x, pieces), x)
    for each, piece in zip(pieces, cut(x, pieces), strict=True):
        assert torch.equal(piece, x[:, :, each.low : each.high])


def test_one_strip_is_the_picture():
    x = torch.rand(1, 2, 7, 3)
    assert cut(x, strips(7, 100, 2))[0] is x
