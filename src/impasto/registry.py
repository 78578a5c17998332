"""The explicit list of methods: the only place that lists them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, cast

from impasto.contracts import Method
from impasto.errors import ImpastoError
from impasto.methods.gatys import Gatys

METHODS: dict[str, type[Any]] = {method.name: method for method in (Gatys,)}


def build_method(name: str, settings: Mapping[str, Any]) -> Method:
    """Make a method from settings as JSON holds them, where a tuple is a list.

    Raises:
        ValueError: the method or a setting is unknown, or a value is out of its range.
        TypeError: a value has the wrong type.
    """
    if name not in METHODS:
        raise ImpastoError(f"{name!r} is not a method; expected one of {', '.join(METHODS)}")
    known = [item.name for item in fields(METHODS[name])]
    values: dict[str, Any] = {}
    for key, value in settings.items():
        if key not in known:
            raise ImpastoError(
                f"{key!r} is not a setting of {name}; expected one of {', '.join(known)}"
            )
        values[key] = tuple(cast(list[Any], value)) if isinstance(value, list) else value
    return METHODS[name](**values)
