"""Tables on standard output."""

from rich.console import Console
from rich.table import Table


def print_table(table: Table) -> None:
    """Print a table: in a terminal as wide as that is, otherwise without breaking lines."""
    console = Console()
    (console if console.is_terminal else Console(width=1000)).print(table)


def in_digits(value: float | None) -> str:
    """Return a number in four digits, or a dash where there is none."""
    return "-" if value is None else f"{value:.4g}"
