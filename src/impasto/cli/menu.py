"""Commands by name."""

import sys
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from impasto.cli.arguments import UsageError
from impasto.cli.exits import OK, USAGE

Command = Callable[[Sequence[str]], int]
"""The words after its name in, the exit code out. Its docstring is its line of help."""


def choose(
    words: Sequence[str],
    commands: Mapping[str, Command],
    program: str,
    *,
    title: str = "",
    end: str = "",
) -> int:
    """Run the command that the first word names, on the others; or show which there are.

    Raises:
        UsageError: there is no such command; the message names the nearest.
    """
    if not words or words[0] in ("-h", "--help"):
        print(_help(commands, program, title, end), file=sys.stdout if words else sys.stderr)
        return OK if words else USAGE
    name, *rest = words
    if name in commands:
        return commands[name](rest)
    near = get_close_matches(name, commands, n=1)
    meant = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(commands)}"
    raise UsageError(f"{name!r} is not a command; {meant} (see `{program} --help`)")


def _help(commands: Mapping[str, Command], program: str, title: str, end: str) -> str:
    width = max(map(len, commands))
    lines = [
        f"  {name:{width}}  {(command.__doc__ or '').splitlines()[0]}"
        for name, command in commands.items()
    ]
    return "\n".join([title or f"usage: {program} COMMAND\n", *lines, *(["", end] if end else [])])
