"""The command line: the only place that prints, and that turns exceptions into exit codes."""

from collections.abc import Sequence

from impasto.cli.loading import loading


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code: see `impasto.cli.exits`."""
    with loading():
        from impasto.cli.commands import command
    return command(arguments)
