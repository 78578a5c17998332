"""What a metric is: a function of (output, content, style), and what its number means.

Each function has a file of its own in `metrics`; `METRICS` lists them. The same signature serves
every one of them, whether it looks at the photo, at the painting or at neither, so that a table, a
sheet and a test can loop over the list.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.images.picture import ImageError, check_image

Measure = Callable[[Image, Image, Image], float]
"""(output, content, style), each sRGB in [0, 1] and of any size, to a number."""

Subject = Literal["content", "style"]
"""What a metric compares the output with: the photo, or the painting."""


@dataclass(frozen=True)
class Metric:
    """A function with its name and meaning. Called, it checks its pictures first.

    `ideal` is the number of an output that is the photo (or the painting) itself, `bounds` are the
    least and the greatest number there can be, `blind` says what can go wrong without changing it.
    `optimized` says that recipes of ours descend on the same statistics of the same network, so
    that a good number proves little: read it beside one that nobody optimized.
    """

    name: str
    measure: Measure
    subject: Subject
    better: Literal["higher", "lower"]
    ideal: float
    summary: str
    paper: str
    bounds: tuple[float, float] = (0.0, math.inf)
    blind: str = ""
    optimized: bool = False

    def __call__(self, output: object, content: object, style: object) -> float:
        """Return the number for three pictures (1, 3, h, w) of any size, sRGB in [0, 1].

        Raises:
            ImageError: a picture isn't one: no tensor, wrong shape, NaN, values out of range.
            ValueError: a picture is too small for this metric, or there is no number for it.
        """
        pictures = {"output": output, "content": content, "style": style}
        taken = (checked(image, f"the {name}") for name, image in pictures.items())
        value = float(self.measure(*taken))
        if not math.isfinite(value):
            raise ImpastoError(
                f"{self.name} is {value} for these pictures; expected a finite number: one of them "
                "has nothing that it could measure, as a plain picture; leave this metric out"
            )
        return value

    def is_better(self, one: float, other: float) -> bool:
        """Return whether `one` is the better number of the two."""
        return one > other if self.better == "higher" else one < other


def checked(image: object, name: str) -> Image:
    """Return an image on the CPU, float32, in [0, 1].

    Raises:
        ImageError: it isn't a tensor of shape (1, 3, h, w), is not finite, or leaves [0, 1].
    """
    if not isinstance(image, Tensor):
        raise ImageError(
            f"{name} is a {type(image).__name__}; expected a tensor of shape (1, 3, h, w); "
            "impasto.load_image makes one"
        )
    return check_image(image, name)
