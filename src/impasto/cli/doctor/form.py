"""The form of `impasto doctor`."""

from dataclasses import dataclass

from impasto.cli.arguments import Flag, Threads


@dataclass(frozen=True)
class Doctor:
    """Say what this machine can do, how impasto uses it, and whether all is well.

    It takes a few seconds, most of them to time a convolution in each arithmetic. The exit code
    is 1 if something is broken.
    """

    threads: Threads = None
    """processors to use"""
    json: Flag = False
    """as JSON on standard output"""
