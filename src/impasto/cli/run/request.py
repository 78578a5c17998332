"""What a user asked for: all that makes a job, as it was typed, in a form that can be stored."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Never, Union, get_args, get_origin, get_type_hints

from impasto.checks import check_seed
from impasto.choices import DEFAULT_DEVICE, DEFAULT_RECIPE, DEFAULT_SEED, ColorMode
from impasto.cli.arguments import UsageError
from impasto.declare import Recipe
from impasto.recipes import find_recipe
from impasto.registry import changed_method, unlisted_recipe

Find = Callable[[str], str]
"""The name of a file as it was typed to where the file is now."""


@dataclass(frozen=True)
class Request:
    """Names of files are as they were typed, relative to `folder`; `-` is standard input.

    `method` is that of a recipe that impasto doesn't list.
    """

    content: str
    styles: tuple[str, ...]
    recipe: str = DEFAULT_RECIPE
    method: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    color: ColorMode | None = None
    style_weights: tuple[float, ...] | None = None
    content_mask: tuple[str, ...] = ()
    style_masks: tuple[str, ...] = ()
    init_image: str | None = None
    seed: int = DEFAULT_SEED
    device: str = DEFAULT_DEVICE
    folder: str = field(default_factory=os.getcwd)

    @property
    def files(self) -> list[str]:
        """All pictures, content first."""
        maybe = [*self.content_mask, *self.style_masks, self.init_image]
        return [self.content, *self.styles, *(name for name in maybe if name is not None)]

    @property
    def named_after(self) -> tuple[str, ...]:
        """What a picture is named after besides the photo: the paintings, or who learned them."""
        return self.styles or (self.recipe,)

    def find(self, name: str) -> str:
        """Return where a file is, from any folder."""
        there = Path(self.folder, name)
        return str(there) if name != "-" and os.path.exists(there) else name

    def check(self) -> None:
        """Refuse what needs no picture to be seen wrong, and no torch.

        Raises:
            ValueError: a recipe, a setting, the seed or standard input cannot be used.
        """
        try:
            changed_method(self.asked_recipe(), self.settings)
        except TypeError as error:
            raise UsageError(str(error)) from error
        check_seed(self.seed)
        if Counter(self.files)["-"] > 1:
            raise UsageError("- was given twice; expected standard input for one picture only")
        if "-" in self.files and sys.stdin is None:
            raise UsageError("standard input is closed; expected a picture from it; name a file")

    def asked_recipe(self) -> Recipe:
        """Return the recipe that was named, or one of the named method.

        Raises:
            ValueError: there is no such recipe or method.
        """
        if self.method is None:
            return find_recipe(self.recipe)
        return unlisted_recipe(self.recipe, self.method)

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Request":
        """Take a stored request.

        Raises:
            ValueError: it isn't one.
        """
        hints = get_type_hints(cls)
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
        }
        wrong = [name for name, value in values.items() if not _fits(value, hints.get(name, Never))]
        wrong += [name for name in ("content",) if not values.get(name)]
        if wrong:
            raise UsageError(f"its {' and its '.join(wrong)} can't be read")
        return cls(**values)


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value that somebody else wrote has the type of a field."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Never or origin is Literal:
        return value in arguments
    if origin in (Union, UnionType):
        return any(_fits(value, each) for each in arguments)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(part, arguments[0]) for part in value)
    kind = (int, float) if hint is float else origin or hint
    return isinstance(value, kind) and not isinstance(value, bool)
