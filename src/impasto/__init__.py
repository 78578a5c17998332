"""Style transfer, from the papers to the picture.

>>> from impasto import stylize
>>> stylize("photo.jpg", "painting.jpg").save("picture.png")

The names are imported when they are first asked for. Torch takes seconds to load, and the command
line, which lies in this package, has to answer Ctrl-C before.
"""

import sys
from importlib import import_module
from types import ModuleType

TYPE_CHECKING = False
"""What type checkers know as true; `typing`, which has it too, takes as long as all the rest."""

if TYPE_CHECKING:
    from impasto.contracts import Inputs, Step, Style
    from impasto.declare import Recipe
    from impasto.images.read import load_image
    from impasto.images.write import save_image
    from impasto.recipes import RECIPES
    from impasto.registry import METHODS
    from impasto.result import Result, stylize
    from impasto.run import run

__all__ = [
    "METHODS",
    "RECIPES",
    "Inputs",
    "Recipe",
    "Result",
    "Step",
    "Style",
    "load_image",
    "run",
    "save_image",
    "stylize",
]

_HOMES = {
    "METHODS": "impasto.registry",
    "RECIPES": "impasto.recipes",
    "Inputs": "impasto.contracts",
    "Recipe": "impasto.declare",
    "Result": "impasto.result",
    "Step": "impasto.contracts",
    "Style": "impasto.contracts",
    "load_image": "impasto.images.read",
    "run": "impasto.run",
    "save_image": "impasto.images.write",
    "stylize": "impasto.result",
}


class _Package(ModuleType):
    """This package, whose public names come when they are needed."""

    def __getattr__(self, name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        self.__dict__[name] = value
        return value

    def __setattr__(self, name: str, value: object) -> None:
        # Python makes a module that was imported an attribute of its package; `impasto.run` is the
        # function nevertheless, whoever imported the module of that name before.
        if not (name in _HOMES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Package
