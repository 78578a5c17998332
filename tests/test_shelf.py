"""Large tensors in files between two uses."""

import gc
import os
from pathlib import Path

import pytest
import torch

from impasto import shelf
from impasto.errors import DiskFullError, ImpastoError
from impasto.shelf import check_room, computed, parts, put_back, shelve, summed


@pytest.fixture
def small_shelf(monkeypatch, tmp_path):
    """Tensors of a thousand bytes are large, and a hundred numbers are a part."""
    monkeypatch.setattr(shelf, "LARGE", 1000)
    monkeypatch.setattr(shelf, "PART", 100)
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def numbers(*shape, dtype=torch.float32):
    return torch.rand(shape, generator=torch.Generator().manual_seed(0)).to(dtype)


def is_shelved(values):
    return shelf._mapping(values) is not None


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_a_large_tensor_keeps_its_numbers(small_shelf, dtype):
    values = numbers(1, 3, 17, 29, dtype=dtype)
    shelved = shelve(values)
    assert is_shelved(shelved)
    assert torch.equal(shelved, values)
    put_back(shelved)
    assert torch.equal(shelved, values)
    assert shelve(shelved) is shelved


def test_a_small_tensor_stays_where_it_is(small_shelf):
    values = numbers(3, 3)
    assert shelve(values) is values
    put_back(values)


def test_what_was_transposed_can_be_shelved(small_shelf):
    values = numbers(40, 50).T
    assert torch.equal(shelve(values), values)
    assert torch.equal(computed(torch.neg, values), -values)
    assert summed(torch.sum, values) == pytest.approx(values.sum().item())


def test_the_order_of_channels_stays(small_shelf):
    """On which the rounding of a sum depends."""
    values = numbers(1, 16, 9, 7).contiguous(memory_format=torch.channels_last)
    shelved = shelve(values)
    assert is_shelved(shelved)
    assert torch.equal(shelved, values)
    assert shelved.stride() == values.stride()


def test_what_is_written_stays_after_it_was_put_back(small_shelf):
    shelved = shelve(numbers(50, 50))
    shelved[3] = 7
    put_back(shelved[:10])  # a part of it lies in the same file
    assert (shelved[3] == 7).all()


def test_computing_part_by_part(small_shelf):
    a, b = numbers(37, 41), numbers(37, 41) + 1
    found = computed(torch.sub, shelve(a), b)
    assert is_shelved(found)
    assert torch.equal(found, a - b)
    assert torch.equal(computed(torch.sub, a[:2, :2], b[:2, :2]), (a - b)[:2, :2])


def test_sums_do_not_depend_on_where_numbers_lie(small_shelf, monkeypatch):
    a, b = numbers(37, 41), numbers(37, 41) + 1
    there = summed(torch.dot, shelve(a), shelve(b))
    monkeypatch.setattr(shelf, "LARGE", 10**9)
    assert there == summed(torch.dot, a, b)
    assert there == pytest.approx((a.double() * b.double()).sum().item(), rel=1e-6)


def test_parts_are_all_of_it_once(small_shelf):
    a = torch.arange(1517.0)
    assert torch.equal(torch.cat([part for (part,) in parts(a)]), a)


def test_files_have_no_names_and_go_with_their_tensors(small_shelf):
    shelved = [shelve(numbers(100, 100)) for _ in range(3)]
    assert list(small_shelf.iterdir()) == []
    assert len(shelf._mappings) >= 3
    held = set(shelf._mappings)
    del shelved
    gc.collect()
    assert len(shelf._mappings) <= len(held) - 3


def resident(values):
    """The bytes of a tensor's file that lie in the memory of this process, as Linux says."""
    begin = f"{values.data_ptr():x}-"
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    for line in lines:
        if line.startswith(begin):
            break
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Rss:"))


@pytest.mark.skipif(
    not os.path.exists("/proc/self/smaps"),
    reason="only Linux has smaps, which says what of a file is in memory",
)
def test_what_was_put_back_takes_no_memory(small_shelf):
    shelved = shelve(numbers(1000, 1000))
    assert shelved.sum() > 0
    assert resident(shelved) > 3e6
    put_back(shelved)
    assert resident(shelved) == 0


def test_a_full_disk_is_said(small_shelf, monkeypatch):
    def full(file, start, size):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(DiskFullError, match=r"can't hold .*No space left on device.*IMPASTO_HOME"):
        shelve(numbers(100, 100))


def test_a_folder_that_cannot_be_made_is_said(small_shelf):
    small_shelf.write_text("a file")
    with pytest.raises(DiskFullError, match="IMPASTO_HOME"):
        shelve(numbers(100, 100))


def test_room_is_asked_for_before_anything_is_begun(small_shelf):
    check_room(0)
    check_room(1000)
    assert not small_shelf.exists()
    with pytest.raises(ImpastoError, match=r"needs .* of disk in .*IMPASTO_HOME"):
        check_room(10**18)
