"""The settings of each training. What it does with them is in `lessons.py`, which needs torch."""

from dataclasses import dataclass
from typing import ClassVar

from impasto.choices import Precision
from impasto.declare import check_settings, setting
from impasto.errors import ImpastoError

GRID = 16
"""Pixels from one position of the deepest features to the next: crops are so many times whole."""


NONE = "none"
"""What a training begins with that begins with nothing."""

BEGIN = f"the trained network to begin with: a name, or a file; {NONE}: random weights"


@dataclass(frozen=True)
class Lasting:
    """How long a network learns, from how much at once, and in which numbers."""

    steps: int = setting(
        40_000,
        "changes of the network at most; it ends sooner when it no longer gets better",
        low=1,
        high=10_000_000,
    )
    batch: int = setting(
        4, "pictures that a step learns from, over all processes", low=1, high=4096
    )
    side: int = setting(
        192,
        "sides of the crops that are learned from, in pixels; a multiple of 16",
        low=32,
        high=2048,
    )
    learning_rate: float = setting(5e-4, "step of Adam", low=0, high=1)
    cooldown: float = setting(
        0.2, "share of the steps over which that falls to 0, at the end", low=0, high=1
    )
    average: float = setting(
        0.999, "decay of the moving average of the weights, which is what is kept", low=0, high=1
    )
    interval: int = setting(
        500, "steps between two looks at pictures that are held out", low=1, high=1_000_000
    )
    patience: int = setting(
        20, "so many looks without getting better, and it ends", low=1, high=1_000_000
    )
    begin: str = setting(NONE, BEGIN)
    seed: int = setting(0, "of the crops, and of the weights that it begins with", low=0)
    precision: Precision = setting(
        "auto", "arithmetic of the networks; auto: what this machine is fast at"
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if self.side % GRID:
            near = round(self.side / GRID) * GRID
            raise ImpastoError(
                f"side is {self.side}; expected a multiple of {GRID}, such as {near}: the deepest "
                "features are so many pixels apart"
            )


@dataclass(frozen=True)
class TrainWCT(Lasting):
    """Teach the decoder of `wct`: to give back a picture from the features of any level."""

    name: ClassVar[str] = "wct"
    takes: ClassVar[frozenset[str]] = frozenset({"photos"})

    level: int = setting(5, "the deepest level that it can begin at", low=2, high=5)


@dataclass(frozen=True)
class TrainPhotoWCT(Lasting):
    """Teach the decoder of `photo-wct`: to give back a picture, told where the maxima were."""

    name: ClassVar[str] = "photo-wct"
    takes: ClassVar[frozenset[str]] = frozenset({"photos"})

    level: int = setting(4, "the deepest level that it can begin at", low=2, high=5)


@dataclass(frozen=True)
class TrainAdaIN(Lasting):
    """Teach the decoder of `adain`: to paint from features with a painting's statistics."""

    name: ClassVar[str] = "adain"
    takes: ClassVar[frozenset[str]] = frozenset({"photos", "paintings"})

    style_weight: float = setting(
        10.0, "weight of the style loss beside that of the content", low=0
    )
    begin: str = setting("wct", BEGIN)


@dataclass(frozen=True)
class TrainJohnson(Lasting):
    """Teach one network to paint photos like one painting, or like each of several."""

    name: ClassVar[str] = "johnson"
    takes: ClassVar[frozenset[str]] = frozenset({"photos", "styles"})

    width: int = setting(96, "channels of most layers", low=8, high=512)
    style_side: int = setting(
        256, "longer side of the paintings in pixels: the smaller, the finer the strokes", low=32
    )
    content_weight: float = setting(1.0, "weight of the content loss", low=0)
    style_weight: float = setting(1.0, "weight of the style loss", low=0)
    tv_weight: float = setting(1.0, "weight of the total variation", low=0)
