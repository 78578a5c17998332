"""Large tensors that lie in files between two uses, so that memory is left for what is computed.

What an optimizer remembers of a picture of 50 megapixels takes 15 GB, and is looked at once for
every evaluation, which takes minutes. Nothing is rounded for it: a run on a machine with more
memory gives the same bits.

    shelved = shelve(tensor)           # the same numbers, in a file if they are many
    for a, b in parts(shelved, other): # flat parts of both, one after the other
        ...
    put_back(shelved)                  # after it was used otherwise

The files have no names: whatever ends the process, nothing is left of them.
"""

import mmap
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from io import BufferedRandom
from math import prod
from typing import cast
from weakref import WeakValueDictionary

import torch
from torch import Tensor

from impasto.errors import DiskFullError, ImpastoError
from impasto.weights.store import cache_folder
from impasto.wording import describe_bytes

LARGE = 2**27
"""Bytes of a tensor that goes into a file: a picture of 11 megapixels. Smaller ones fit into the
memory of any machine that impasto runs on."""

PART = 2**24
"""Numbers that are computed with at once; 64 MiB in float32."""

_mappings: WeakValueDictionary[int, mmap.mmap] = WeakValueDictionary()
"""Files in use, by where their numbers begin in memory."""


def shelve(values: Tensor) -> Tensor:
    """Return the same numbers, in a file if they are many and lie in the memory of the processor.

    Raises:
        DiskFullError: the disk is full.
    """
    if not _is_large(values.shape, values) or in_file(values):
        return values
    if values.is_contiguous(memory_format=torch.channels_last):
        return shelve(values.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    return computed(torch.clone, values)


def computed(compute: Callable[..., Tensor], *tensors: Tensor) -> Tensor:
    """Return what is computed number by number from tensors of one shape; a file if it is large.

    Raises:
        DiskFullError: the disk is full.
    """
    first = tensors[0]
    if not _is_large(first.shape, first):
        return compute(*tensors)
    found = room_for(first.shape, first)
    for place, *given in parts(found, *(each.contiguous() for each in tensors)):
        place.copy_(compute(*given))
    return found


def summed(compute: Callable[..., Tensor], *tensors: Tensor) -> float:
    """Return the sum of what is computed of all parts: of a dot product, the dot product."""
    return sum(compute(*given).item() for given in parts(*(each.contiguous() for each in tensors)))


def parts(*tensors: Tensor) -> Iterator[tuple[Tensor, ...]]:
    """Yield flat parts of contiguous tensors of one shape, to be read or written.

    Where they end doesn't depend on where tensors lie, nor do the bits of their sums.
    """
    flat = [each.view(-1) for each in tensors]
    for start in range(0, len(flat[0]), PART):
        yield tuple(each[start : start + PART] for each in flat)
        for each in flat:
            put_back(each)


def put_back(values: Tensor) -> None:
    """Let go of the memory that a tensor, or a part of one, took since it was used, if in a file.

    Its numbers stay, and come back when they are used. On Windows the system decides.
    """
    mapping = _mapping(values)
    if mapping is not None and hasattr(mmap, "MADV_DONTNEED"):
        mapping.madvise(mmap.MADV_DONTNEED)


def room_for(shape: Sequence[int], like: Tensor) -> Tensor:
    """Return an empty tensor of another one's type and device, in a file if it is large.

    Raises:
        DiskFullError: the disk is full.
    """
    if _is_large(shape, like):
        return _in_file(shape, like.dtype)
    return like.new_empty(shape)


def check_room(size: int) -> None:
    """Refuse what the disk has no room for.

    Raises:
        ImpastoError: less than `size` bytes are free.
    """
    if not size:
        return
    folder = cache_folder()
    there = next(each for each in (folder, *folder.absolute().parents) if each.is_dir())
    free = shutil.disk_usage(there).free
    if size > free:
        raise ImpastoError(
            f"a picture of this size needs {describe_bytes(size)} of disk in {folder}, for what "
            f"doesn't fit into memory; got {describe_bytes(free)}; free some, or let IMPASTO_HOME "
            "name a folder on another disk"
        )


def in_file(values: Tensor) -> bool:
    """Return whether a tensor, or what it is a part of, lies in a file."""
    return _mapping(values) is not None


def nameless_file() -> BufferedRandom:
    """Return an empty file without a name, which is gone when it is closed.

    Raises:
        DiskFullError: there can't be one.
    """
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return cast(BufferedRandom, tempfile.TemporaryFile(dir=folder))
    except OSError as error:
        raise no_room(0, error) from error


def no_room(size: int, error: OSError) -> DiskFullError:
    """Return what to say when a file can't hold so many bytes more."""
    return DiskFullError(
        f"{cache_folder()} can't hold {describe_bytes(size)} more of this large picture "
        f"({error.strerror or error}); expected room for what doesn't fit into memory; free "
        "some, or let IMPASTO_HOME name a folder on another disk"
    )


def _is_large(shape: Sequence[int], like: Tensor) -> bool:
    return like.device.type == "cpu" and prod(shape) * like.itemsize >= LARGE


def _mapping(values: Tensor) -> mmap.mmap | None:
    return _mappings.get(values.untyped_storage().data_ptr())


def _in_file(shape: Sequence[int], dtype: torch.dtype) -> Tensor:
    """Return a tensor of zeros in a file without a name."""
    size = prod(shape) * dtype.itemsize
    with nameless_file() as file:
        try:
            os.ftruncate(file.fileno(), size)
            if hasattr(os, "posix_fallocate"):  # or a full disk would end the process by a signal
                os.posix_fallocate(file.fileno(), 0, size)
            mapping = mmap.mmap(file.fileno(), size)
        except OSError as error:
            raise no_room(size, error) from error
    found = torch.frombuffer(mapping, dtype=dtype).view(*shape)
    _mappings[found.untyped_storage().data_ptr()] = mapping
    return found
