"""What is drawn on standard error while something lasts, where somebody sees it."""

import sys
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import Progress, ProgressColumn

D = TypeVar("D", bound="Drawn")


def console_for(*, quiet: bool) -> Console:
    """Return standard error if it is a terminal and something may be said there, or nowhere."""
    shown = not quiet and sys.stderr is not None and sys.stderr.isatty()
    return Console(stderr=True) if shown else Console(quiet=True)


class Drawn:
    """A progress display of some columns, there while it is entered and gone afterwards."""

    def __init__(self, console: Console, *columns: ProgressColumn, **options: Any) -> None:
        self.progress = Progress(
            *columns, console=console, transient=True, disable=console.quiet, **options
        )

    def __enter__(self: D) -> D:
        self.progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.progress.stop()
