"""What can be said after `impasto rerun`."""

from dataclasses import dataclass, field
from functools import partial
from typing import Annotated

import tyro

from impasto.choices import DEFAULT_DEVICE
from impasto.cli.arguments import Memory, Moved, Name, Output, Watching

_changed = partial(tyro.conf.arg, help_behavior_hint="(default: as it was)")


@dataclass(frozen=True)
class Rerun:
    """Make a picture of impasto again: the same recipe, settings, seed and inputs.

    impasto rerun picture.png -o again.png

    impasto rerun picture.png --size 2048 -o large.png

    What is said here is changed, all else is as it was.
    """

    picture: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="PICTURE")]
    """a picture that impasto made"""
    output: Output = None
    """where the new one goes; by default a new file beside it"""
    recipe: Annotated[str | None, _changed(metavar="NAME")] = None
    """another recipe, with its own settings; inputs, size, color and seed stay"""
    size: Annotated[int | None, _changed(metavar="INT")] = None
    """another size: pixels of the longer side"""
    seed: Annotated[int | None, _changed(metavar="INT")] = None
    """another seed, for another picture where the recipe starts from noise"""
    moved: tyro.conf.OmitArgPrefixes[Moved] = field(default_factory=Moved)
    device: Name = DEFAULT_DEVICE
    """where to compute: cpu, cuda, mps"""
    memory: Memory = None
    """what this process may use at most, such as 1.5GiB; by default most of what is free"""
    watching: tyro.conf.OmitArgPrefixes[Watching] = field(default_factory=Watching)
