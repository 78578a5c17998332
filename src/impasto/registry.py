"""The explicit list of methods: the only place that lists them."""

from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, cast

from impasto.contracts import Method, default_of
from impasto.errors import ImpastoError
from impasto.methods.gatys import Gatys

METHODS: dict[str, type[Any]] = {method.name: method for method in (Gatys,)}


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
