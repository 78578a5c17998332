"""What can be said after `impasto stylize`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args

import tyro

from impasto.checks import check_start, check_styles
from impasto.choices import DEFAULT_DEVICE, DEFAULT_RECIPE, DEFAULT_SEED, ColorMode
from impasto.cli.arguments import (
    CHECKPOINT_SECONDS,
    File,
    Files,
    Flag,
    Memory,
    Name,
    Output,
    Threads,
    UsageError,
    Watching,
    parse,
)
from impasto.cli.run.request import Request
from impasto.cli.settings import check_given, recipe_form
from impasto.recipes import find_recipe
from impasto.wording import count

Format = Literal["png", "jpg", "webp", "tiff", "avif", "heic"]
FORMS: tuple[str, ...] = get_args(Format)


@dataclass(frozen=True)
class Stylize:
    """Paint a photo in the style of a painting, or of several.

    impasto stylize cat.jpg great_wave.jpg -o picture.png --size 768
    """

    pictures: Annotated[
        tyro.conf.Positional[tuple[str, ...]],
        tyro.conf.arg(metavar="CONTENT [STYLE ...]", help_behavior_hint=""),
    ] = ()
    """the photo, or a folder of photos, and the paintings; a recipe that has learned its own takes
    none; - is standard input"""
    output: Output = None
    """where the picture goes, or a folder for it or for those of a folder; - is standard output; by
    default a new file in the current folder"""
    format: Annotated[
        Format | None,
        tyro.conf.arg(metavar="NAME", help_behavior_hint=f"(default: png; {', '.join(FORMS)})"),
    ] = None
    """for a folder of photos: what the pictures are"""
    recipe: Name = DEFAULT_RECIPE
    """one of those that `impasto recipes` lists; the settings below then show its values"""
    seed: int = DEFAULT_SEED
    """of the noise, where the recipe starts from any"""
    color: ColorMode = "as-is"
    """the painting's colors (as-is); the photo's, each in its place (luminance); or its palette"""
    style_weights: Annotated[
        tuple[float, ...],
        tyro.conf.arg(metavar="WEIGHT ...", help_behavior_hint="(default: equal)"),
    ] = ()
    """how much of each painting is wanted; only their ratios count"""
    content_mask: Files = ()
    """regions of the photo: painted in flat colors, white on black, or a gray picture for each"""
    style_masks: Files = ()
    """the same regions in each painting, painting after painting"""
    init_image: File = None
    """a picture to start from"""
    device: Name = DEFAULT_DEVICE
    """where to compute: cpu, cuda, mps"""
    threads: Threads = None
    """processors to use; details of the picture depend on it, by rounding"""
    memory: Memory = None
    """what this process may use at most, such as 1.5GiB; by default most of what is free. A picture
    that takes more is computed in tiles, without seams; rounding may change details"""
    dry_run: Flag = False
    """say what would be done, how long it takes and how much memory, and do nothing"""
    checkpoint: File = None
    """keep the state of the run in this file, so that `impasto resume` can go on after anything"""
    checkpoint_every: Annotated[float, tyro.conf.arg(metavar="SECONDS")] = CHECKPOINT_SECONDS
    """how often"""
    watching: tyro.conf.OmitArgPrefixes[Watching] = field(default_factory=Watching)

    def request(self, settings: dict[str, Any]) -> Request:
        """Return what was asked for.

        Raises:
            UsageError: a picture is missing.
            ImpastoError: the recipe takes no paintings.
        """
        recipe = find_recipe(self.recipe)
        if len(self.pictures) < 1 + ("styles" in recipe.method.supports):
            raise UsageError(
                f"got {count(len(self.pictures), 'picture')}; expected a photo and at least one "
                "painting, such as `impasto stylize photo.jpg painting.jpg -o picture.png`"
            )
        content, *styles = self.pictures
        check_styles(recipe, len(styles))
        return Request(
            content=content,
            styles=tuple(styles),
            recipe=self.recipe,
            settings=settings,
            color=self.color,
            style_weights=self.style_weights or None,
            content_mask=self.content_mask,
            style_masks=self.style_masks,
            init_image=self.init_image,
            seed=self.seed,
            device=self.device,
        )


def parse_stylize(arguments: Sequence[str], program: str) -> tuple[Stylize, Request]:
    """Return the arguments and what they ask for. The recipe is read first: it has the settings.

    Raises:
        ValueError: the arguments don't fit, or there is no such recipe.
        SystemExit: help was asked for and given.
    """
    known: Any = parse(_Named, arguments, program, return_unknown_args=True, add_help=False)
    recipe = find_recipe(known[0].recipe)
    color = ("color", ColorMode, field(default=recipe.color))
    form = recipe_form(Stylize, recipe, color)
    given = parse(form, arguments, program)
    check_given(given.settings)
    check_start(given.settings, given.init_image)
    request = given.request(given.settings)
    request.check()
    return given, request


@dataclass(frozen=True)
class _Named:
    recipe: str = Stylize.recipe
