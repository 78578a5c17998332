"""Tiles that cover a picture once, and sums over them."""

import pytest
import torch

from impasto import archive
from impasto.features import tiles as tiles_module
from impasto.features.tiles import make_strips, make_tiles, over_tiles


@pytest.mark.parametrize("size", [(100, 203), (16, 1000), (64, 64), (5, 7)])
@pytest.mark.parametrize("side", [1, 16, 40, 64, 10_000])
def test_every_pixel_belongs_to_one_tile(size, side):
    counts = torch.zeros(1, 1, *size)
    for tile in make_tiles(size, side, halo=20, align=16):
        counts[..., slice(*tile.rows[:2]), slice(*tile.columns[:2])] += 1
        for span in tile:
            assert span.start % 16 == span.low % 16 == 0
            assert span.low == max(0, span.start - 32)
            assert span.stop - span.start <= max(16, side + 15)
            assert span.high == span.whole or span.high >= span.stop + 20
    assert (counts == 1).all()


def test_tiles_are_about_as_large_as_each_other():
    (rows, _), *_ = make_tiles((1000, 10), 512, halo=0, align=16)
    assert rows.stop == 512
    (rows, _), *_ = make_tiles((1040, 10), 512, halo=0, align=16)
    assert rows.stop == 352  # three of 347, in multiples of 16


def test_the_part_of_a_layer_that_belongs_to_a_tile():
    """The last one has what is left, whichever way an odd side was divided."""
    spans = [rows for rows, _ in make_tiles((101, 4), 48, halo=0, align=16)]
    for positions in (6, 7):
        assert [span.at(16, positions) for span in spans] == [(0, 3), (3, 6), (6, positions)]


def test_strips_see_a_row_of_the_next(monkeypatch):
    monkeypatch.setattr("impasto.features.tiles.STRIP", 40)
    spans = [rows for rows, _ in make_strips((9, 10), overlap=1)]
    assert [span[:4] for span in spans] == [(0, 4, 0, 5), (4, 8, 4, 9), (8, 9, 8, 9)]


def smoothed(part, tile):
    """Two sums of what depends on neighbors too, and one that nothing depends on."""
    blurred = torch.nn.functional.avg_pool2d(part, 5, 1, 2, count_include_pad=False)
    top, left = tile.rows.low, tile.columns.low
    own = blurred[
        ...,
        tile.rows.start - top : tile.rows.stop - top,
        tile.columns.start - left : tile.columns.stop - left,
    ]
    return [own.square().sum(), own.sin().sum(), torch.ones(())]


def test_values_and_gradients_are_those_of_the_whole():
    rng = torch.Generator().manual_seed(1)
    picture = torch.rand(1, 3, 37, 50, generator=rng, dtype=torch.float64)
    found = []
    for side in (50, 8):
        tiles = make_tiles((37, 50), side, halo=2, align=4)
        x = picture.clone().requires_grad_()
        squares, sines, _ = over_tiles(x, smoothed, tiles)
        loss = squares * sines + squares.sqrt()
        found.append((loss.detach(), torch.autograd.grad(loss, x)[0]))
    torch.testing.assert_close(*found)


def test_what_is_kept_is_not_measured_again(monkeypatch, tmp_path):
    """And gives the same bits."""
    monkeypatch.setattr(archive, "SMALL", 0)
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path))
    tiles = make_tiles((37, 50), 16, halo=2, align=4)
    x = torch.rand(1, 3, 37, 50, generator=torch.Generator().manual_seed(1), requires_grad=True)
    found, looks = [], []

    def counted(part, tile):
        looks.append(tile)
        return smoothed(part, tile)

    for keep, times in ((False, 2), (True, 1)):
        looks.clear()
        squares, sines, _ = over_tiles(x, counted, tiles, keep=keep)
        found.append((squares, sines, *torch.autograd.grad(squares * sines, x)))
        assert looks == times * tiles
    assert all(map(torch.equal, *found))


def test_nothing_is_kept_where_no_gradient_is_asked_for(monkeypatch):
    monkeypatch.setattr(tiles_module, "Archive", None)
    picture = torch.rand(1, 3, 20, 20, requires_grad=True)
    tiles = make_tiles((20, 20), 8, halo=2, align=4)
    with torch.no_grad():
        squares, _, _ = over_tiles(picture, smoothed, tiles, keep=True)
    assert not squares.requires_grad


def test_what_is_not_asked_for_sends_nothing():
    x = torch.rand(1, 3, 20, 20, requires_grad=True)
    squares, _, _ = over_tiles(x, smoothed, make_tiles((20, 20), 8, halo=2, align=4))
    (gradient,) = torch.autograd.grad(squares, x)
    assert gradient.isfinite().all()
