"""What a metric of a set is: a function of (outputs, contents, styles), and what it needs."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal

from impasto.errors import ImpastoError
from impasto.evaluation.metric import checked
from impasto.evaluation.sets.networks import Weights, find_network
from impasto.evaluation.sets.pictures import Mapped, Pictures

SetMeasure = Callable[[Pictures, Pictures, Pictures, Mapping[str, Weights]], float]
"""(outputs, contents, styles, networks), to a number. Output i was made of content i and style i.

What looks at a video has this signature too: outputs and contents are frames in their order.
"""


@dataclass(frozen=True)
class SetMetric:
    """A function with its name and meaning. Called, it checks networks and pictures first.

    `networks` are names from `NETWORKS`, `least` is the number of pictures without which it is not
    defined; `ideal` is the number of outputs that are the contents (or the styles) themselves.
    """

    name: str
    measure: SetMeasure
    subject: Literal["content", "style", "both"]
    better: Literal["higher", "lower"]
    ideal: float
    summary: str
    paper: str
    networks: tuple[str, ...]
    least: int = 1

    def __call__(
        self,
        outputs: Sequence[object],
        contents: Sequence[object],
        styles: Sequence[object],
        files: Mapping[str, str | PathLike[str]],
    ) -> float:
        """Return the number for pictures (1, 3, h, w), sRGB in [0, 1].

        Args:
            outputs: what was made.
            contents: the photo of each.
            styles: the painting of each, as often as it was used.
            files: the file of each network in `networks`, by name.

        Raises:
            WeightsError: a file was not named or does not hold this network.
            ValueError: the sets do not fit one another, a picture isn't one, there is no number, or
                a package is not installed.
        """
        self._check_sizes(outputs, contents, styles)
        networks = {
            name: find_network(name, {key: Path(file) for key, file in files.items()}, self.name)
            for name in self.networks
        }
        value = float(
            self.measure(
                _checked(outputs, "output"),
                _checked(contents, "content"),
                _checked(styles, "style"),
                networks,
            )
        )
        if not math.isfinite(value):
            raise ImpastoError(
                f"{self.name} is {value} for these pictures; expected a finite number: they may "
                "all be one picture; take others or leave this metric out"
            )
        return value

    def _check_sizes(self, *sets: Sequence[object]) -> None:
        counts = [len(pictures) for pictures in sets]
        if len(set(counts)) > 1:
            raise ImpastoError(
                f"there are {counts[0]} outputs, {counts[1]} contents and {counts[2]} styles; "
                "expected one content and one style for each output; repeat them"
            )
        if counts[0] < self.least:
            raise ImpastoError(
                f"{self.name} got a set of {counts[0]}; expected at least {self.least} pictures; "
                "give more"
            )


def _checked(pictures: Sequence[object], name: str) -> Mapped:
    """Return pictures each of which is checked when it is taken."""
    return Mapped(checked, pictures, [f"{name} {i}" for i in range(1, len(pictures) + 1)])
