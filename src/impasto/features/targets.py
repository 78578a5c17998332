"""What a painting asks of the features of a layer, region by region."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from jaxtyping import Float
from torch import Tensor

from impasto.choices import Mixing
from impasto.contracts import Masks
from impasto.features.regions import at_grid
from impasto.features.statistics import Moments, mix, moments

Target = TypeVar("Target")


class Painted(NamedTuple):
    """The features of a picture by layer, and its regions if it has any."""

    features: Mapping[str, Tensor]
    masks: Masks | None = None


@dataclass(frozen=True)
class Region(Generic[Target]):
    """A part of the picture and what it should look like.

    `share` is its part of the picture's area; `mask` lies on the layer's grid and is None for the
    whole picture. `targets` each have a weight.
    """

    share: float
    mask: Float[Tensor, "1 1 h w"] | None
    targets: tuple[tuple[float, Target], ...]


def style_targets(
    layer: str,
    content: Painted,
    styles: Sequence[Painted],
    weights: Sequence[float],
    *,
    mixing: Mixing,
    strength: float,
    prepare: Callable[[Moments], Target],
) -> list[Region[Target]]:
    """Measure one layer of the paintings and make a target for each region of the photo.

    Region i of the photo takes its style from region i of each painting, or from the whole painting
    where that has no regions. With a `strength` s below 1 a target lies on the straight line from
    the photo's own statistics (s = 0) to the painting's (s = 1). `prepare` turns moments into what
    the loss compares with.
    """
    found: list[Region[Target]] = []
    for share, mask, pick in regions(layer, content):
        own = moments(content.features[layer], mask)
        asked = [moments(style.features[layer], pick(style)) for style in styles]
        asked = [mix((1 - strength, strength), (own, each)) for each in asked]
        if mixing == "statistics":
            targets = ((1.0, prepare(mix(weights, asked))),)
        else:
            targets = tuple((w, prepare(each)) for w, each in zip(weights, asked, strict=True))
        found.append(Region(share, mask, targets))
    return found


def regions(
    layer: str, content: Painted
) -> Iterable[tuple[float, Tensor | None, Callable[[Painted], Tensor | None]]]:
    """Yield area, mask and a way to pick the same region of a painting, for each region."""
    if content.masks is None:
        yield 1.0, None, lambda style: None
        return
    for index in range(len(content.masks)):

        def pick(picture: Painted, index: int = index) -> Tensor | None:
            if picture.masks is None:
                return None
            h, w = picture.features[layer].shape[-2:]
            return at_grid(picture.masks[index : index + 1], (h, w))

        yield content.masks[index].mean().item(), pick(content), pick
