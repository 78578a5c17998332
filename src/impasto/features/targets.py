"""What a painting asks of the features of a layer, region by region."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from impasto.choices import Mixing
from impasto.features.statistics import Moments, mix

Target = TypeVar("Target")


@dataclass(frozen=True)
class Region(Generic[Target]):
    """A part of the picture and what it should look like.

    `share` is its part of the picture's area. `targets` each have a weight.
    """

    share: float
    targets: tuple[tuple[float, Target], ...]


def style_targets(
    own: Moments,
    asked: Sequence[Moments],
    weights: Sequence[float],
    *,
    mixing: Mixing,
    strength: float,
    prepare: Callable[[Moments], Target],
) -> tuple[tuple[float, Target], ...]:
    """Return weighted targets for one region of one layer.

    `own` are the photo's moments there and `asked` those of the paintings. With a `strength` s
    below 1 a target lies on the straight line from the photo's own statistics (s = 0) to the
    painting's (s = 1). `prepare` turns moments into what the loss compares with.
    """
    asked = [mix((1 - strength, strength), (own, each)) for each in asked]
    if mixing == "statistics":
        return ((1.0, prepare(mix(weights, asked))),)
    return tuple((w, prepare(each)) for w, each in zip(weights, asked, strict=True))
