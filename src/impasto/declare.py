"""How methods and recipes are declared.

A *method* is a frozen dataclass whose fields are its settings. A *recipe* is one instance of a
method together with the system that it reproduces.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Literal,
    Protocol,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    runtime_checkable,
)

from impasto.choices import ColorMode
from impasto.errors import ImpastoError

if TYPE_CHECKING:  # torch, which takes seconds to load
    import torch
    from torch import Tensor

    from impasto.contracts import Inputs, Stage, Step


@runtime_checkable
class Method(Protocol):
    """A way to make a picture. Its fields are its settings, see `setting`."""

    name: ClassVar[str]
    supports: ClassVar[frozenset[str]]
    """Which of "styles", "many_styles", "masks", "init" it can use; any other is an error, never
    ignored. One that can use styles needs one; others have learned theirs."""

    def plan(self, inputs: "Inputs", *, memory: int | None = None) -> "list[Stage]":
        """What `run` would do with these inputs and so much memory, without doing it."""
        ...

    def run(
        self,
        inputs: "Inputs",
        *,
        rng: "torch.Generator",
        resume: "Mapping[str, Tensor] | None" = None,
        memory: int | None = None,
    ) -> "Iterator[Step]":
        """Yield a `Step` for every evaluation; the last one holds the finished picture.

        `rng` is a generator on the CPU, so that a seed starts the same on any device. `resume` is
        what an earlier step's `state` gave. `memory` are the bytes that it may take, if it can do
        with less than it would like; None: no matter. Closing the generator cancels the run and
        leaves nothing behind.
        """
        ...


@dataclass(frozen=True)
class Knobs:
    """The seven choices that change every number and that hardly any published system documents."""

    weights: str
    input_range: str
    channels_and_mean: str
    tap: str
    gram_divisor: str
    reduction: str
    total_variation: str


@dataclass(frozen=True)
class Recipe:
    """A method with all its settings, and the system that these settings come from."""

    name: str
    method: Method
    paper: str
    summary: str
    source: str
    knobs: Knobs
    departures: tuple[str, ...] = ()
    color: ColorMode = "as-is"


def setting(default: Any, help: str, *, low: float | None = None, high: float | None = None) -> Any:
    """Declare a field of a method: the one place where its default, help and range are written.

    The Python signature, the command line, the docs and a picture's metadata all read it from here.
    Choices are written as the field's `Literal` type.
    """
    metadata = {"help": help, "low": low, "high": high}
    if isinstance(default, dict):
        values = cast(dict[str, Any], default)
        return field(default_factory=lambda: dict(values), metadata=metadata)
    return field(default=default, metadata=metadata)


def default_of(item: Field[Any]) -> Any:
    """Return the default of a field that `setting` declared."""
    return item.default if item.default_factory is MISSING else item.default_factory()


def check_settings(method: Any) -> None:
    """Call this in a method's `__post_init__`.

    Raises:
        ValueError: a setting is out of its range or not one of its choices.
        TypeError: a setting has another type than its default.
    """
    hints = get_type_hints(method.__class__)
    for item in fields(method):
        _check(item, hints[item.name], getattr(method, item.name))


def dataclass_of(recipe: Recipe) -> Any:
    """Return a recipe's method as what its protocol cannot say that it is: a dataclass."""
    return recipe.method


def _check(item: Field[Any], hint: Any, value: Any) -> None:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            choices = ", ".join(repr(choice) for choice in get_args(hint))
            raise ImpastoError(f"{item.name} is {value!r}; expected one of {choices}")
        return
    origin, arguments = get_origin(hint) or hint, get_args(hint)
    if origin is dict:
        parts, number = list(_expect(item, dict, value).values()), arguments[1]
    elif origin is tuple:
        parts, number = list(_expect(item, tuple, value)), arguments[0]
        _check_length(item, len(parts), None if arguments[-1] is ... else len(arguments))
    else:
        parts, number = [value], origin
    for part in parts:
        _check_number(item, number, part)


def _expect(item: Field[Any], kind: type, value: Any) -> Any:
    if not isinstance(value, kind):
        wanted = {tuple: "numbers, such as", dict: "layers with their weights, such as"}[kind]
        raise TypeError(f"{item.name} is {value!r}; expected {wanted} {default_of(item)}")
    return value


def _check_length(item: Field[Any], length: int, exactly: int | None) -> None:
    if length == exactly or (exactly is None and (length or not default_of(item))):
        return
    numbers = "1 number" if length == 1 else f"{length} numbers"
    wanted = "at least 1" if exactly is None else str(exactly)
    raise ImpastoError(f"{item.name} has {numbers}; expected {wanted}")


def _check_number(item: Field[Any], kind: type, value: Any) -> None:
    fits = isinstance(value, (int, float) if kind is float else kind)
    if not fits or (kind is not bool and isinstance(value, bool)):
        raise TypeError(f"{item.name} is {value!r}; expected {kind.__name__}")
    low, high = item.metadata["low"], item.metadata["high"]
    below = low is not None and not value >= low  # written so that a NaN fails
    above = high is not None and not value <= high
    if below or above or (kind is float and value in (float("inf"), float("-inf"))):
        bounds = [f"at least {low:g}"] if low is not None else []
        bounds += [f"at most {high:g}"] if high is not None else []
        raise ImpastoError(f"{item.name} is {value}; expected {' and '.join(bounds) or 'a number'}")
