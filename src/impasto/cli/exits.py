"""How a command ends: its exit code, and one sentence instead of a traceback."""

import os
import sys

from impasto.errors import DiskFullError, ImpastoError
from impasto.weights.table import DownloadError

OK = 0
FAILED = 1
"""While running: memory or the disk was full, a picture of a folder could not be used, or
a download failed."""
USAGE = 2
"""Bad arguments or input: nothing was started."""
SIGNALED = 128
"""Plus the number of the signal, as shells report it: 130 is Ctrl-C."""
INTERRUPTED = SIGNALED + 2
PIPE_CLOSED = SIGNALED + 13


class RunError(Exception):
    """Something that happened while running; the message is for the user."""

    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


def explain(error: BaseException) -> tuple[int, str]:
    """Return the exit code and the sentence for what a command raised."""
    match error:
        case KeyboardInterrupt():
            return INTERRUPTED, "interrupted; nothing was saved"
        case RunError():
            return error.code, str(error)
        case _ if is_out_of_memory(error):
            return FAILED, (
                "the memory of this machine is full; choose a smaller --size (--dry-run says what "
                "one needs), or close other programs"
            )
        case DownloadError() | DiskFullError():
            return FAILED, str(error)
        case ImpastoError():
            return USAGE, str(error)
        case OSError() if error.filename is None:  # of a stream: those of files are caught there
            return FAILED, f"standard output can't be written to ({error.strerror or error})"
    return FAILED, (
        f"this should not happen: {type(error).__name__}: {error}; the same command with "
        "--traceback says where; please report it"
    )


def let_go_of_stdout() -> None:
    """Forget what can't be written: when Python ends, it would try again and fail aloud."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether Python, PyTorch or the driver of a device ran out of memory."""
    if isinstance(error, MemoryError):
        return True
    words = ("not enough memory", "out of memory", "can't allocate memory")
    return isinstance(error, RuntimeError) and any(each in str(error).lower() for each in words)
