"""The memory that a process holds and doesn't use."""

import ctypes
import sys


def give_back() -> None:
    """Return to the system what was freed.

    The C library of Linux keeps freed memory for what is asked for next. What a large picture asks
    for next is larger than that and comes from the system, so that both would add up.
    """
    if trim is not None:
        trim(0)


trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
