"""What a caller gives beside pictures: numbers of any kind in, plain ones out, or one sentence.

NumPy and torch come only when something is to be checked that may be theirs: the command line
checks its arguments before it loads them.
"""

import operator
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from impasto.declare import Recipe
from impasto.errors import ImpastoError
from impasto.wording import count

if TYPE_CHECKING:
    import torch

LONGEST_REASON = 150
"""Characters of a message of torch that a user may understand; longer ones list its backends."""

MOST_SEEDS = 2**63
"""What torch takes as the seed of a generator, negative numbers left out."""


def check_seed(seed: object) -> int:
    """Return a seed as Python's own number.

    Raises:
        TypeError: it isn't a whole number.
        ImpastoError: it is out of range.
    """
    try:
        if isinstance(seed, bool):
            raise TypeError
        number = operator.index(seed)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"the seed is {seed!r}; expected a whole number") from None
    if not 0 <= number < MOST_SEEDS:
        raise ImpastoError(f"the seed is {number}; expected 0 to {MOST_SEEDS - 1}")
    return number


def check_styles(recipe: Recipe, given: int) -> None:
    """Raise an ImpastoError if a recipe has no paintings and needs some, or the contrary."""
    if given and "styles" not in recipe.method.supports:
        raise ImpastoError(
            f"{recipe.name} got {count(given, 'painting')} and has learned its own; expected the "
            "photo alone, or a recipe that looks at paintings, such as standard"
        )
    if not given and "styles" in recipe.method.supports:
        raise ImpastoError("no style was given; expected at least one painting")


def check_weights(weights: Any, styles: int) -> list[float]:
    """Return the weights of so many styles as Python's own numbers; None is 1 for each.

    Raises:
        TypeError: they aren't a list of numbers.
        ImpastoError: there are more or fewer of them than styles.
    """
    if weights is None:
        return [1.0] * styles
    try:
        found = [_number(each) for each in _parts(weights)]
    except TypeError:
        raise TypeError(
            f"style_weights is {weights!r}; expected a list with a number for each style"
        ) from None
    if len(found) != styles:
        got = f"{count(len(found), 'style weight')} for {count(styles, 'style')}"
        raise ImpastoError(f"{got}; expected one for each")
    return found


def check_start(settings: Mapping[str, Any], init_image: object | None) -> None:
    """Refuse two starts: of what the caller said, one would be ignored.

    Raises:
        ValueError: there is a picture to start from, and the setting `init` too.
    """
    if init_image is not None and "init" in settings:
        raise ImpastoError(
            "got a picture to start from and the setting init; expected one of them, leave one out"
        )


def check_device(device: "str | torch.device") -> None:
    """Make sure that something can be computed on a device.

    Raises:
        ImpastoError: nothing can.
    """
    import torch

    try:
        if not isinstance(device, str | torch.device):  # None would be torch's own default
            raise TypeError("it is no name")
        torch.zeros(1, device=torch.device(device)).item()
    # torch has no error of its own for this: an unknown name is a RuntimeError, CUDA in a build
    # without it an AssertionError, and a device that cannot compute one of the other two.
    except (RuntimeError, AssertionError, TypeError, ImportError) as error:
        raise ImpastoError(
            f"the device {str(device)!r} can't be used{_why(error)}; expected cpu, cuda, cuda:N or "
            "mps, as far as this machine and this PyTorch have it"
        ) from error


def _why(error: Exception) -> str:
    """Return what torch says of a device, unless it only lists its own parts."""
    reason = str(error).splitlines()[0] if str(error) else ""
    return f" ({reason})" if 0 < len(reason) <= LONGEST_REASON else ""


def plain(value: Any) -> Any:
    """Return a setting with Python's numbers for NumPy's, which JSON does not know."""
    import numpy as np

    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return tuple(plain(part) for part in value)
    return value


def _parts(values: Any) -> Any:
    if isinstance(values, str | bytes | Mapping):
        raise TypeError
    return iter(values)


def _number(value: Any) -> float:
    import numpy as np

    if isinstance(value, str | bytes | bool | np.bool_):
        raise TypeError
    return float(value)
