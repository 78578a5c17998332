"""What can be said after `impasto compare`."""

from dataclasses import dataclass
from typing import Annotated

import tyro

from impasto.checks import check_seed
from impasto.choices import TABLE_SIZE
from impasto.cli.arguments import Flag, Output, Threads, UsageError, check_files
from impasto.cli.names import read_names
from impasto.recipes import find_recipe

Picture = Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="PHOTO")]
Painting = Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="PAINTING")]
Names = Annotated[
    str | None, tyro.conf.arg(metavar="NAME,NAME,...", help_behavior_hint="(default: all)")
]
Folder = Annotated[str | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")]


@dataclass(frozen=True)
class Compare:
    """Paint one photo in all recipes, or some, and lay them side by side.

    impasto compare photo.jpg painting.jpg --recipes draft,standard,best -o sheet.png

    - What comes out is a contact sheet with time and scores, and beside it a page, sheet.html, with
      a slider between any two of the pictures. The page is one file that needs no other.
    - Scores stand beside those of the photo and of the painting themselves: a number means
      something between them.
    - Before it starts, it says how long it may take. All recipes take hours.
    """

    photo: Picture
    """the content"""
    painting: Painting
    """the style"""
    output: Output = None
    """where the sheet goes; by default a new file in the current folder"""
    recipes: Names = None
    """some of those that `impasto recipes` lists"""
    keep: Folder = None
    """keep the pictures in this folder: the same command goes on there after an interruption"""
    size: int = TABLE_SIZE
    """pixels of the longer side of the pictures"""
    seed: int = 0
    """of the noise, where a recipe starts from any"""
    threads: Threads = None
    """processors to use; times depend on it, and details of a picture, by rounding"""
    json: Flag = False
    """say what was done as one JSON object on standard output"""
    quiet: Flag = False
    """say nothing but errors"""

    def check(self) -> None:
        """Refuse what can't be read twice or stand beside a page.

        Raises:
            ValueError: standard input or output was named, or what isn't there.
        """
        if "-" in (self.photo, self.painting):
            raise UsageError(
                "- is standard input, which every recipe would have to read again; expected files; "
                "save it as one first"
            )
        if self.output == "-":
            raise UsageError(
                "-o is -, which is standard output; expected a file, beside which the page will "
                "stand, such as sheet.png"
            )
        for name in read_names(self.recipes, "--recipes"):
            find_recipe(name)
        check_seed(self.seed)
        check_files((self.photo, self.painting))
