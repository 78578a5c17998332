"""What can be said after `impasto evaluate`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, make_dataclass
from typing import Annotated

import tyro

from impasto.checks import check_seed
from impasto.choices import TABLE_SIZE
from impasto.cli.arguments import File, Flag, Threads, UsageError, check_files
from impasto.cli.names import read_names
from impasto.recipes import find_recipe

Names = Annotated[str | None, tyro.conf.arg(metavar="NAME,NAME,...", help_behavior_hint="")]
Folder = Annotated[
    str | None, tyro.conf.arg(aliases=("-o",), metavar="FOLDER", help_behavior_hint="")
]
Folders = Annotated[
    tuple[str, ...],
    tyro.conf.arg(metavar="NAME=FOLDER", help_behavior_hint=""),
    tyro.conf.UseAppendAction,
]


@dataclass(frozen=True)
class Evaluate:
    """Say in numbers how good a picture is; or fill a table of recipes times pairs.

    impasto evaluate picture.png --content photo.jpg --style painting.jpg

    impasto evaluate --recipes draft,standard --pairs pairs.csv -o table

    - In every table stand three pictures that nobody worked for: the photo (content unchanged), the
      painting (style unchanged), and the photo in the painting's colors (color transfer only). A
      number means something between them.
    - A pairs file is CSV: the first line is content,style, and every other line names a photo and a
      painting, relative to the file.
    - The folder of a table keeps what is finished: after an interruption the same command goes on.
      A picture is made again only if its recipe, network, inputs or the named threads changed;
      another size or seed needs another folder.
    - With --given, pictures that any other program made for the same pairs stand in the same table.
      Their files are called CONTENT--STYLE.png (or .jpg, ...) by the names of photo and painting,
      such as cat--great_wave.png. A file times.csv among them, with the first line
      content,style,seconds and names without suffixes, says how long they took.
    """

    picture: Annotated[
        tyro.conf.Positional[str | None], tyro.conf.arg(metavar="[PICTURE]", help_behavior_hint="")
    ] = None
    """one picture to be judged"""
    content: File = None
    """the photo that it was made of, if the picture doesn't know it"""
    style: File = None
    """the painting that it is to look like, if the picture doesn't know it"""
    pairs: File = None
    """for a table: the list of photos and paintings"""
    recipes: Names = None
    """some of those that `impasto recipes` lists"""
    given: Folders = ()
    """pictures of another program, and what the table calls it; also several times"""
    output: Folder = None
    """where the table goes, its pictures and its reports"""
    size: Annotated[
        int | None, tyro.conf.arg(metavar="INT", help_behavior_hint=f"(default: {TABLE_SIZE})")
    ] = None
    """pixels of the longer side of the table's pictures"""
    seed: Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="(default: 0)")] = (
        None
    )
    """of the noise, where a recipe starts from any"""
    identity: Flag = False
    """also give each recipe every painting as photo and as style: ideal is the painting itself"""
    metrics: Annotated[Names, tyro.conf.arg(help_behavior_hint="(default: all)")] = None
    """what to measure"""
    networks: Annotated[
        tuple[str, ...],
        tyro.conf.arg(name="network", metavar="NAME=FILE", help_behavior_hint=""),
        tyro.conf.UseAppendAction,
    ] = ()
    """for FID, KID, LPIPS, DISTS, ArtFID: a network that they need, and its file; several times"""
    threads: Threads = None
    """processors to use; times depend on it, and details of a picture, by rounding"""
    json: Flag = False
    """say it as one JSON object on standard output"""
    quiet: Flag = False
    """say nothing but errors; of one picture, only its numbers"""

    def check(self) -> None:
        """Refuse what is missing, and what belongs to the other use of the command.

        Raises:
            ValueError: the arguments don't fit together, or name what isn't there.
        """
        if (self.picture is None) == (self.pairs is None):
            got = "neither a picture nor" if self.pairs is None else "a picture and"
            raise UsageError(
                f"got {got} --pairs; expected one of them, such as `impasto evaluate picture.png "
                "--content photo.jpg --style painting.jpg`"
            )
        of_picture = {"--content": self.content, "--style": self.style}
        of_table = {
            "--recipes": self.recipes,
            "--given": self.given,
            "-o": self.output,
            "--size": self.size,
            "--seed": self.seed,
            "--identity": self.identity,
            "--network": self.networks,
        }
        if self.picture is not None:
            _refuse(of_table, "for --pairs, and not for one picture")
            check_files((self.picture, self.content, self.style))
        else:
            _refuse(of_picture, "for one picture, and not for --pairs")
            _expect({"--recipes": self.recipes or self.given}, "recipes to compare, or --given")
            if self.identity:
                _expect({"--recipes": self.recipes}, "recipes to test: --identity is for them")
            _expect({"-o": self.output}, "a folder for the table and its pictures")
        for name in read_names(self.recipes, "--recipes"):
            find_recipe(name)
        check_seed(self.seed or 0)


def with_metrics(names: Iterable[str]) -> type[Evaluate]:
    """Return the form with the names of the metrics in its help."""
    hint = f"(default: all; there are {', '.join(names)})"
    metrics = Annotated[Names, tyro.conf.arg(help_behavior_hint=hint)]
    form = make_dataclass("Evaluate", [("metrics", metrics, None)], bases=(Evaluate,), frozen=True)
    form.__doc__ = Evaluate.__doc__
    return form


def _refuse(flags: Mapping[str, object], meant: str) -> None:
    for flag, value in flags.items():
        if _is_given(value):
            raise UsageError(f"{flag} is {meant}; leave it out")


def _expect(flags: Mapping[str, object], meant: str) -> None:
    for flag, value in flags.items():
        if not _is_given(value):
            raise UsageError(f"{flag} is missing; expected {meant}")


def _is_given(value: object) -> bool:
    return value is not None and value is not False and value not in ("", ())  # a seed may be 0
