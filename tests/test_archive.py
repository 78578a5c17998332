"""What a gradient needs, in a file until it is asked for."""

import os

import pytest
import torch

from impasto import archive
from impasto.archive import Archive
from impasto.errors import DiskFullError
from impasto.shelf import shelve


@pytest.fixture
def home(monkeypatch, tmp_path):
    """Everything goes into files, which lie here."""
    monkeypatch.setattr(archive, "SMALL", 0)
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def numbers(*shape, dtype=torch.float32):
    return torch.rand(shape, generator=torch.Generator().manual_seed(0)).to(dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64, torch.uint8])
@pytest.mark.parametrize(
    "arranged",
    [
        lambda x: x,
        lambda x: x.contiguous(memory_format=torch.channels_last),
        lambda x: x[..., 1:, 2:],
        lambda x: x[0, 0],
        lambda x: x[0, 0, 0, 0],
    ],
    ids=["plain", "channels last", "a part", "a plane", "a number"],
)
def test_numbers_and_their_order_come_back(home, dtype, arranged):
    values = arranged((255 * numbers(1, 8, 9, 7)).to(dtype))
    kept = Archive()
    place = kept._put(values)
    back = kept._get(place)
    assert not isinstance(place, torch.Tensor)
    assert back.dtype == dtype
    assert torch.equal(back, values)
    if values.is_contiguous(memory_format=torch.channels_last) and values.dim() == 4:
        assert back.stride() == values.stride()


def test_the_gradient_is_the_same(home):
    x = numbers(1, 3, 20, 20).requires_grad_()
    kept = Archive()
    with kept.keeping():
        loss = (x.exp() * x.sin()).square().sum()
    assert kept._end > 2 * x.nbytes
    (found,) = torch.autograd.grad(loss, x)
    (expected,) = torch.autograd.grad((x.exp() * x.sin()).square().sum(), x)
    assert torch.equal(found, expected)


def test_what_is_small_or_in_a_file_already_stays_where_it_is(home, monkeypatch):
    monkeypatch.setattr("impasto.shelf.LARGE", 1000)
    shelved = shelve(numbers(40, 40))
    assert Archive()._put(shelved[3:]).data_ptr() == shelved[3:].data_ptr()
    monkeypatch.setattr(archive, "SMALL", 100)
    few = numbers(20)
    assert Archive()._put(few) is few


def test_nothing_is_left_of_it(home):
    kept = Archive()
    kept._put(numbers(100))
    assert list(home.iterdir()) == []
    file = kept._file
    del kept
    assert file.closed


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has /dev/full")
def test_a_full_disk_is_said_in_words(home, monkeypatch):
    x = numbers(1, 3, 20, 20).requires_grad_()
    with open("/dev/full", "r+b", buffering=0) as full:
        monkeypatch.setattr(archive, "nameless_file", lambda: full)
        kept = Archive()
        with pytest.raises(DiskFullError, match=r"can't hold .* more .*No space left"):
            kept._put(x)
