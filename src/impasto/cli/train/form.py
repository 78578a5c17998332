"""What can be said after `impasto train`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import tyro

from impasto.choices import DEFAULT_DEVICE
from impasto.cli.arguments import Flag, Name, Threads, UsageError, parse
from impasto.cli.settings import check_given, with_settings
from impasto.registry import TRAININGS

Folders = Annotated[tuple[str, ...], tyro.conf.arg(metavar="PLACE ...", help_behavior_hint="")]
Folder = Annotated[
    str | None, tyro.conf.arg(aliases=("-o",), metavar="FOLDER", help_behavior_hint="")
]


@dataclass(frozen=True)
class Train:
    """Fields that every training has; help says what each one teaches."""

    styles: Annotated[
        tyro.conf.Positional[tuple[str, ...]],
        tyro.conf.arg(metavar="[PAINTING ...]", help_behavior_hint=""),
    ] = ()
    """the paintings that it is to paint like, where it learns some"""
    photos: Folders = ()
    """folders, or tar files, of photos to learn from; a tenth of them is held out, to judge"""
    paintings: Folders = ()
    """the same of paintings, where it learns from many"""
    output: Folder = None
    """the folder of the training, in which it goes on if it is there; by default one in the current
    folder with the name of what is taught"""
    device: Name = DEFAULT_DEVICE
    """where to compute: cpu, cuda, mps"""
    threads: Threads = None
    """processors to use"""
    quiet: Flag = False
    """say nothing but errors"""


def parse_train(name: str, arguments: Sequence[str]) -> Any:
    """Return the arguments: a `Train` with the `settings` that were given.

    Raises:
        ValueError: they don't fit, or something is missing.
        SystemExit: help was asked for and given.
    """
    kind = TRAININGS[name]
    program = f"impasto train {name}"
    given: Any = parse(_form(kind), arguments, program)
    check_given(given.settings)
    wanted = {
        "photos": "--photos with a folder of photos",
        "paintings": "--paintings with a folder of paintings",
        "styles": "a painting, such as `impasto train johnson painting.jpg --photos photos`",
    }
    for part, expected in wanted.items():
        there, taken = bool(getattr(given, part)), part in kind.takes
        if taken and not there:
            raise UsageError(f"nothing to learn from: expected {expected}")
        if there and not taken:
            flag = "a painting" if part == "styles" else f"--{part}"
            raise UsageError(f"{flag} was given, and {name} doesn't learn from any; leave it out")
    return given


def _form(kind: Any) -> Any:
    """Return `Train` with the settings of one training."""
    form = with_settings(Train, kind(), f"Settings of the training {kind.name}.")
    form.__doc__ = f"{kind.__doc__}\n\nimpasto train {kind.name} {EXAMPLES[kind.name]}"
    return form


EXAMPLES = {
    "johnson": "painting.jpg --photos photos -o my-painting",
    "adain": "--photos photos --paintings paintings",
    "wct": "--photos photos paintings.tar",
    "photo-wct": "--photos photos",
}
"""What a user would type."""
