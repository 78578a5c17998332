"""Tables on standard output."""

import io

from rich.console import Console
from rich.table import Table


def print_table(table: Table) -> None:
    """Print a table: in a terminal as wide as that is, otherwise without breaking lines.

    What isn't a terminal gets no blanks at the ends of lines either.
    """
    console = Console()
    if console.is_terminal:
        console.print(table)
        return
    text = io.StringIO()
    Console(file=text, width=1000).print(table)
    for line in text.getvalue().splitlines():
        print(line.rstrip())
