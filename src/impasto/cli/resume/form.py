"""What can be said after `impasto resume`."""

from dataclasses import dataclass, field
from typing import Annotated

import tyro

from impasto.cli.arguments import Memory, Moved, Output, Watching


@dataclass(frozen=True)
class Resume:
    """Go on with an interrupted run, to the same picture as if it had never stopped.

    impasto resume cat.checkpoint
    """

    file: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="FILE")]
    """what `impasto stylize --checkpoint FILE` left"""
    output: Output = None
    """where the picture goes; by default where that command wanted it"""
    moved: tyro.conf.OmitArgPrefixes[Moved] = field(default_factory=Moved)
    checkpoint_every: Annotated[
        float | None, tyro.conf.arg(metavar="SECONDS", help_behavior_hint="")
    ] = None
    """how often the file is renewed; by default as often as that command wanted it"""
    memory: Memory = None
    """what this process may use at most, such as 1.5GiB; by default as that command"""
    watching: tyro.conf.OmitArgPrefixes[Watching] = field(default_factory=Watching)
