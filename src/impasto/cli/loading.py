"""What takes long to load, loaded when it is needed, and Ctrl-C meanwhile.

Torch takes seconds. Help, lists and mistakes in the arguments do not wait for it, but for the help
of `evaluate`, which names all metrics.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Inside of it, Ctrl-C ends the process at once and without a word, as `kill` does.

    Python's own answer is an exception, and one in the midst of libraries that are being loaded is
    a page of traceback, or is taken for a library that is broken. Who ignores Ctrl-C, or has an
    answer to it, keeps that.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()  # only it may set one
    if not in_main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
