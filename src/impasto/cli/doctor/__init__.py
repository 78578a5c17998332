"""`impasto doctor`: what this machine can do, and whether all is well."""

from collections.abc import Sequence

from impasto.cli.arguments import parse, set_threads
from impasto.cli.doctor.form import Doctor
from impasto.cli.loading import loading


def main(arguments: Sequence[str]) -> int:
    """Say what this machine can do, how impasto uses it, and whether all is well."""
    given = parse(Doctor, arguments, "impasto doctor")
    with loading():
        set_threads(given.threads)
        from impasto.cli.doctor.work import report
    return report(given)
