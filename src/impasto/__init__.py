"""Style transfer, from the papers to the picture.

>>> from impasto import stylize
>>> stylize("photo.jpg", "painting.jpg").save("picture.png")
"""

from impasto.contracts import Inputs, Recipe, Step, Style
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
