"""Ctrl-C and `kill`: finish the evaluation, then stop; or stop at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """Inside of it, the first signal is noted and the second one interrupts at once.

    A run is interrupted between two steps, because only there its state is whole.
    """

    SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.signal: int | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Interrupts":
        if threading.current_thread() is threading.main_thread():  # only it may set handlers
            for each in self.SIGNALS:
                if signal.getsignal(each) is not None:  # one that C set could not be put back
                    self._before[each] = signal.signal(each, self._note)
        return self

    def __exit__(self, *error: object) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = number


@contextmanager
def at_once() -> Iterator[None]:
    """Inside of it, a signal raises KeyboardInterrupt with its number: nothing needs to be ended.

    That is so where whatever was finished is already in a file.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt(number)

    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():  # only it may set handlers
        before = {each: signal.signal(each, stop) for each in Interrupts.SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
