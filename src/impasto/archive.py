"""What a gradient will need, put into a file until it is asked for.

A picture in tiles is looked at twice: once to add up what its loss is made of, and once more, when
it is known what each sum is worth, to send the gradient back. What the first look keeps for the
second is more than memory holds. In a file it needn't be found out again, a third of all work.

    archive = Archive()
    with archive.keeping():
        loss = measure(part)                  # what autograd keeps of it lies in the file
    torch.autograd.grad(loss, part)           # and is read here, bit for bit

The file has no name: whatever ends the process, nothing is left of it.
"""

from contextlib import AbstractContextManager
from typing import NamedTuple
from weakref import finalize

import torch
from torch import Tensor

from impasto.shelf import in_file, nameless_file, no_room

SMALL = 2**16
"""Bytes of a tensor that isn't worth the way to a file: kernels' means, losses, shares."""


class Place(NamedTuple):
    """Where in the file the numbers of a tensor are, and what they are."""

    start: int
    shape: torch.Size
    dtype: torch.dtype
    channels_last: bool


class Archive:
    """Tensors in a file, for as long as this lives."""

    def __init__(self) -> None:
        self._file = nameless_file()
        finalize(self, self._file.close)
        self._end = 0

    def keeping(self) -> AbstractContextManager[None]:
        """Return a context in which autograd keeps here what it keeps.

        Raises (while it keeps):
            DiskFullError: the disk is full.
        """
        return torch.autograd.graph.saved_tensors_hooks(self._put, self._get)

    def _put(self, values: Tensor) -> Tensor | Place:
        if values.device.type != "cpu" or values.nbytes < SMALL or in_file(values):
            return values
        last = values.dim() == 4 and values.is_contiguous(memory_format=torch.channels_last)
        flat = (values.permute(0, 2, 3, 1) if last else values).contiguous().view(-1)
        place = Place(self._end, values.shape, values.dtype, last)
        try:
            self._file.seek(self._end)
            self._file.write(flat.view(torch.uint8).numpy().data)
        except OSError as error:
            raise no_room(flat.nbytes, error) from error
        self._end += flat.nbytes
        return place

    def _get(self, kept: Tensor | Place) -> Tensor:
        if isinstance(kept, Tensor):
            return kept
        flat = torch.empty(kept.shape.numel(), dtype=kept.dtype)
        self._file.seek(kept.start)
        self._file.readinto(flat.view(torch.uint8).numpy().data)
        if not kept.channels_last:
            return flat.view(kept.shape)
        n, c, h, w = kept.shape
        return flat.view(n, h, w, c).permute(0, 3, 1, 2)
