"""The explicit lists of methods and of trainings: the only place that lists them."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from difflib import get_close_matches
from typing import Any, cast

from impasto.declare import Knobs, Method, Recipe, dataclass_of, default_of
from impasto.errors import ImpastoError
from impasto.methods.adain_settings import AdaIN
from impasto.methods.gatys_settings import Gatys
from impasto.methods.johnson_settings import Johnson
from impasto.methods.photo_wct_settings import PhotoWCT
from impasto.methods.wct_settings import WCT
from impasto.training.settings import TrainAdaIN, TrainJohnson, TrainPhotoWCT, TrainWCT

METHODS: dict[str, type[Any]] = {
    method.name: method for method in (Gatys, Johnson, AdaIN, WCT, PhotoWCT)
}

TRAININGS: dict[str, type[Any]] = {
    training.name: training for training in (TrainJohnson, TrainAdaIN, TrainWCT, TrainPhotoWCT)
}
"""What networks of ours can be taught; the settings of each."""


def build_method(name: str, settings: Mapping[str, Any]) -> Method:
    """Make a method from settings as JSON holds them, where a tuple is a list, or a number.

    Raises:
        ValueError: the method or a setting is unknown, or a value is out of its range.
        TypeError: a value has the wrong type.
    """
    if name not in METHODS:
        raise ImpastoError(f"{name!r} is not a method; expected one of {', '.join(METHODS)}")
    known = {item.name: default_of(item) for item in fields(METHODS[name])}
    values: dict[str, Any] = {}
    for key, value in settings.items():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
            raise ImpastoError(f"{key!r} is not a setting of {name}; {hint}")
        if isinstance(value, list):
            value = tuple(cast(list[Any], value))
        elif isinstance(known[key], tuple) and isinstance(value, int | float):
            value = (value,)  # one number is a list of one, as on the command line
        values[key] = value
    return METHODS[name](**values)


def changed_method(recipe: Recipe, changes: Mapping[str, Any]) -> Method:
    """Return a recipe's method with other settings, as JSON holds them.

    Raises:
        ValueError: a setting is unknown or out of range.
        TypeError: a setting has the wrong type.
    """
    return build_method(recipe.method.name, {**asdict(dataclass_of(recipe)), **changes})


def unlisted_recipe(name: str, method: str) -> Recipe:
    """Return a recipe that impasto doesn't list: somebody's own, of which the settings are known.

    Raises:
        ValueError: there is no such method.
    """
    silent = Knobs(**{item.name: "" for item in fields(Knobs)})
    return Recipe(name, build_method(method, {}), paper="", summary="", source="", knobs=silent)
