"""From words on the command line to arguments, with one sentence for what is wrong."""

import io
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import tyro

from impasto.errors import ImpastoError
from impasto.processors import usable_processors
from impasto.wording import bytes_of, count, no_file, printable

Form = TypeVar("Form")

File = Annotated[str | None, tyro.conf.arg(metavar="FILE", help_behavior_hint="")]
Files = Annotated[tuple[str, ...], tyro.conf.arg(metavar="FILE ...", help_behavior_hint="")]
Name = Annotated[str, tyro.conf.arg(metavar="NAME")]
Flag = Annotated[bool, tyro.conf.FlagCreatePairsOff, tyro.conf.arg(help_behavior_hint="")]
Output = Annotated[
    str | None, tyro.conf.arg(aliases=("-o",), metavar="FILE", help_behavior_hint="")
]
Threads = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]
Memory = Annotated[str | None, tyro.conf.arg(metavar="SIZE", help_behavior_hint="")]


CHECKPOINT_SECONDS = 5.0
"""Between two checkpoints: so much work is lost at most, and nobody minds."""


class UsageError(ImpastoError):
    """Arguments that mean nothing; the message is for the user."""


@dataclass(frozen=True)
class Watching:
    """What to see of a run, and what to keep of it."""

    preview: File = None
    """show the picture so far in this file, renewed every few seconds"""
    timelapse: File = None
    """save a GIF of how the picture came to be"""
    json: Flag = False
    """say what was done as one JSON object on standard output"""
    quiet: Flag = False
    """say nothing but errors"""
    metadata: Flag = True
    """do not store in the picture how it was made"""


@dataclass(frozen=True)
class Moved:
    """Where the pictures are that a run was given, as far as they are not where they were."""

    content: File = None
    """the photo, if it is not where it was"""
    styles: Files = ()
    """the paintings, if they are not where they were: all of them, in their order"""
    content_mask: Files = ()
    """the regions of the photo, if they are not where they were"""
    style_masks: Files = ()
    """those of the paintings, if they are not where they were: all of them, in their order"""
    init_image: File = None
    """the picture to start from, if it is not where it was"""


MOST_THREADS = 16
"""For each processor. More only wait for one another, and tens of thousands end the process."""


def set_threads(number: int | None) -> None:
    """Use so many processors, or as many as torch would that this process really has.

    Raises:
        UsageError: the number is less than 1, or far more than there are processors.
    """
    there = usable_processors()
    if number is not None and not 1 <= number <= MOST_THREADS * there:
        raise UsageError(
            f"--threads is {number}; expected 1 to {MOST_THREADS * there}: this machine has "
            f"{count(there, 'processor')}"
        )
    import torch  # which takes seconds: see impasto.cli.loading

    torch.set_num_threads(number or min(torch.get_num_threads(), there))


def set_memory(text: str | None) -> None:
    """Use so much memory at most, if an amount is given.

    Raises:
        UsageError: it is none.
    """
    if text is None:
        return
    try:
        amount = bytes_of(text)
    except ImpastoError as error:
        raise UsageError(f"--memory: {error}") from None
    from impasto.memory import set_memory_limit  # which imports torch

    set_memory_limit(amount)


def check_files(names: Iterable[str | None], expected: str = "a picture") -> None:
    """Refuse what isn't there, before anything is loaded that takes seconds.

    Raises:
        UsageError: there is no such file; it says what was expected.
    """
    for name in names:
        if name in (None, "-"):
            continue
        try:
            os.stat(name)
        except FileNotFoundError:
            raise UsageError(no_file(printable(name), expected)) from None
        except (OSError, ValueError):  # whoever reads it says what is wrong
            continue


def words(text: str) -> list[str]:
    """Return the names in a list with commas; an empty one where there is none."""
    return [word.strip() for word in text.split(",")]


def parse(
    form: Callable[..., Form] | type[Form],
    arguments: Sequence[str],
    program: str,
    **options: Any,
) -> Form:
    """Fill a form (a dataclass, or a function to call) from the command line.

    `options` are those of `tyro.cli`.

    Raises:
        UsageError: the arguments don't fit the form.
        SystemExit: help was asked for and given.
    """
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            return tyro.cli(form, args=list(arguments), prog=program, **options)
    except SystemExit as stop:
        if not stop.code:
            raise
        raise UsageError(f"{_sentence(said.getvalue())}; see `{program} --help`") from None


def _sentence(box: str) -> str:
    """Return what one of tyro's boxes says, in one line.

    A box has a title in its upper border and sections divided by rules: what is wrong, then perhaps
    flags of similar names, then where to find help.
    """
    sections: list[list[str]] = [[]]
    for line in box.splitlines()[1:]:
        text = line.strip("│| \t")
        if re.fullmatch(r"[─╰╯+-]*", text):
            sections.append([])
        else:
            sections[-1].append(text)
    wrong = _plain(" ".join(sections[0]).strip().rstrip("."))
    similar = [
        line.split()[0].rstrip(",")
        for section in sections[1:]
        if section and re.match("Perhaps you meant|Arguments similar", section[0])
        for line in section
        if line.startswith("-")
    ]
    return wrong + (f" (did you mean {' or '.join(similar)}?)" if similar else "")


def _choices(found: re.Match[str]) -> str:
    return "; expected one of " + found[1].replace("'", "")


NO_INTEGER = r"\1 is not a whole number"


def _plain(message: str) -> str:
    """Say what Python's own messages mean."""
    for pattern, meaning in {
        r"no type matching \{None\}\|INT could be instantiated.* from \[('.*')\]": NO_INTEGER,
        r"invalid literal for int\(\) with base 10: ('.*')": NO_INTEGER,
        r"could not convert string to float: ('.*')": r"\1 is not a number",
        r"Could not find valid parse for arguments: \[(.*)\]": r"\1 are not what it expects "
        r"(pictures come before settings, or after --)",
        r"\. Expected one of \((.*?),?\)": _choices,
        r"Unrecognized options: ([^-,][^,]*)$": r"\1 is one word too many",
        r"Unrecognized options: ([^-].*)$": r"\1 are words too many",
    }.items():
        message = re.sub(pattern, meaning, message)
    return message[:1].lower() + message[1:]
