"""Flags for the settings of a method, read from its fields: nothing is written twice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import Field, field, fields, make_dataclass
from typing import Annotated, Any, TypedDict, get_args, get_origin, get_type_hints

import tyro
from tyro.constructors import PrimitiveConstructorSpec

from impasto.cli.arguments import UsageError
from impasto.declare import Recipe
from impasto.errors import ImpastoError


def settings_form(settings: Any, title: str) -> Any:
    """Return a TypedDict with a key for each setting of a dataclass, none of them required.

    Parsed, it holds the settings that were given and no others. Help shows the values of `settings`
    as the defaults, under a title.
    """
    hints = get_type_hints(type(settings))
    keys = {
        item.name: _annotate(hints[item.name], item, getattr(settings, item.name))
        for item in fields(settings)
    }
    form: Any = TypedDict("Settings", keys, total=False)  # type: ignore[misc]
    form.__doc__ = title
    return form


def recipe_form(base: type, recipe: Recipe, *more: tuple[str, Any, Any]) -> Any:
    """Return a form with the settings of a recipe, and with other fields if any are given."""
    title = f"Settings of the method {recipe.method.name}, with the defaults of {recipe.name}."
    return with_settings(base, recipe.method, title, *more)


def with_settings(base: type, settings: Any, title: str, *more: tuple[str, Any, Any]) -> Any:
    """Return a form with a field more, `settings`, which holds those that were given."""
    flags = tyro.conf.OmitArgPrefixes[settings_form(settings, title)]
    given = ("settings", flags, field(default_factory=dict))
    form = make_dataclass(base.__name__, [*more, given], bases=(base,), frozen=True)
    form.__doc__ = base.__doc__
    return form


def in_words(value: Any) -> str:
    """Return a setting's value as it is typed on the command line."""
    if isinstance(value, Mapping):
        return " ".join(f"{name} {in_words(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list | tuple):
        return " ".join(in_words(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def check_given(settings: Mapping[str, Any]) -> None:
    """Refuse a flag of several numbers that was given none.

    Raises:
        UsageError: there is one.
    """
    for name, value in settings.items():
        if value == ():
            raise UsageError(f"--{name.replace('_', '-')} has no value; expected at least one")


def _annotate(hint: Any, item: Field[Any], value: Any) -> Any:
    bounds = [
        f"{word} {item.metadata[key]:g}"
        for key, word in (("low", "at least"), ("high", "at most"))
        if item.metadata[key] is not None
    ]
    shown = "; ".join([f"default: {in_words(value)}", *bounds])
    help = {"help": item.metadata["help"], "help_behavior_hint": f"({shown})"}
    if get_origin(hint) is dict:
        return Annotated[hint, _WEIGHTED_NAMES, tyro.conf.arg(**help)]
    if get_origin(hint) is tuple and get_args(hint)[1] is ...:
        return Annotated[hint, tyro.conf.arg(metavar="INT [INT ...]", **help)]
    return Annotated[hint, tyro.conf.arg(**help)]


def _weighted_names(words: Sequence[str]) -> dict[str, float]:
    if len(words) % 2:
        raise ImpastoError(f"expected names and weights in turn, got {' '.join(words)!r}")
    twice = [name for name, times in Counter(words[::2]).items() if times > 1]
    if twice:
        raise ImpastoError(f"{twice[0]} was given twice; expected one weight for each layer")
    return dict(zip(words[::2], map(float, words[1::2]), strict=True))


_WEIGHTED_NAMES = PrimitiveConstructorSpec(
    nargs="*",
    metavar="LAYER WEIGHT ...",
    instance_from_str=_weighted_names,
    is_instance=lambda value: isinstance(value, dict),
    str_from_instance=lambda weights: in_words(weights).split(),
)
"""How a dictionary is typed. tyro's own form of it wants a default."""
