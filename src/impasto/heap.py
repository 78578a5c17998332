"""The memory that a process holds and doesn't use.

A new page of memory costs the system as much time as a good part of what is written there. Whoever
keeps what was freed for what is asked for next pays once; whoever gives it back needs less.
"""

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager


def give_back(*, also_kept: bool = False) -> None:
    """Return to the system what was freed, unless it is kept.

    The C library of Linux keeps freed memory for what is asked for next. What a large picture asks
    for next is larger than that and comes from the system, so that both would add up.
    """
    if libc is not None and (also_kept or not _keepers):
        libc.malloc_trim(0)


@contextmanager
def kept(largest: int) -> Iterator[None]:
    """Keep what is freed for what is asked for next, blocks of so many bytes at most; 0: nothing.

    What is asked for fits only after a few times: a block that begins at a round address leaves a
    remainder, into which something small may go. So several times the largest block is kept.
    """
    if not largest:
        yield
        return
    _keepers.append(largest)
    _settle()
    try:
        yield
    finally:
        _keepers.remove(largest)
        _settle()
        give_back()


_keepers: list[int] = []
"""What each run keeps. The memory is that of all of them: the most careful one counts."""


def _settle() -> None:
    if libc is not None:
        libc.mallopt(MMAP_THRESHOLD, min(_keepers, default=USUAL))
        libc.mallopt(TRIM_THRESHOLD, MOST if _keepers else 2 * USUAL)


TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
"""What the C library calls them: above the first, what is freed goes back; above the second, what
is asked for comes from the system, and goes back at once."""

MOST, USUAL = 2**31 - 1, 2**25
"""No limit; and what the C library itself works up to."""


def _c_library() -> ctypes.CDLL | None:
    """Return that of Linux, unless it is one of those that can't do this."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    able = hasattr(library, "malloc_trim") and hasattr(library, "mallopt")
    return library if able else None


libc = _c_library()
