"""The types that every part of impasto speaks.

A *method* is a frozen dataclass whose fields are its settings. A *recipe* is one instance of a
method together with the system that it reproduces. A *run* is a generator of `Step`s. An *image* is
a float32 tensor of shape (1, 3, h, w), sRGB, in [0, 1].
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import (
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

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.errors import ImpastoError

Image = Float[Tensor, "1 3 _h _w"]
"""sRGB in [0, 1], float32."""

Masks = Float[Tensor, "_k 1 _h _w"]
"""k soft regions in [0, 1]; region i of the content takes its style from region i of each style."""

ColorMode = Literal["as-is", "luminance", "mean-covariance", "histogram"]
"""How colors are handled, for every method alike; see `impasto.images.color_transfer`."""


@dataclass(frozen=True)
class Style:
    """A painting, how much of it is wanted among several, and where its regions lie."""

    image: Image
    weight: float = 1.0
    masks: Masks | None = None


@dataclass(frozen=True)
class Inputs:
    """What a run is given. No method changes any of it."""

    content: Image
    styles: tuple[Style, ...]
    masks: Masks | None = None
    init: Image | None = None


@dataclass(frozen=True)
class Step:
    """One evaluation of a run: the only event in the project.

    `image` is the best picture so far and live: clone it to keep it. `index` counts the evaluations
    that were made, this one included; `total` those that were planned, and `skipped` those of them
    that will never be made, because a part of the run ended early. `losses` holds 0-d tensors:
    reading one costs a synchronization, not reading it is free. `state` builds what a resume needs,
    only when asked. `note` is empty or says in one sentence what the reader should know (a restart,
    an early stop).
    """

    image: Image
    index: int
    total: int
    stage: str = ""
    losses: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    state: Callable[[], dict[str, Tensor]] | None = None
    note: str = ""
    skipped: int = 0

    @property
    def place(self) -> int:
        """Where in the plan this step stands, 1 to `total`."""
        return self.index + self.skipped

    @property
    def last(self) -> bool:
        """Whether this step holds the finished picture."""
        return self.place == self.total


@dataclass(frozen=True)
class Stage:
    """A planned part of a run: `evaluations` at a size of (h, w) that need `memory` bytes.

    `state` are the bytes of what `Step.state` gives there.
    """

    size: tuple[int, int]
    evaluations: int
    memory: int
    state: int = 0


@runtime_checkable
class Method(Protocol):
    """A way to make a picture. Its fields are its settings, see `setting`."""

    name: ClassVar[str]
    supports: ClassVar[frozenset[str]]
    """Which of "masks", "many_styles", "init" it can use; any other is an error, never ignored."""

    def plan(self, inputs: Inputs) -> list[Stage]:
        """What `run` would do with these inputs, without doing it."""
        ...

    def run(
        self,
        inputs: Inputs,
        *,
        rng: torch.Generator,
        resume: Mapping[str, Tensor] | None = None,
    ) -> Iterator[Step]:
        """Yield a `Step` for every evaluation; the last one holds the finished picture.

        `rng` is a generator on the CPU, so that a seed starts the same on any device. `resume` is
        what an earlier step's `state` gave. Closing the generator cancels the run and leaves
        nothing behind.
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
    if length == exactly or (exactly is None and length > 0):
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
