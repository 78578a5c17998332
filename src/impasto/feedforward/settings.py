"""The settings that all methods share which need no optimization."""

from dataclasses import dataclass

from impasto.choices import Precision, Side
from impasto.declare import setting

LEAST = 32
"""Pixels of a side: reflection at relu5_1 needs two positions, 16 pixels apart."""


@dataclass(frozen=True)
class Size:
    """How large the result is, and in which numbers it is computed."""

    size: int = setting(
        512,
        "longer side of the result in pixels, unless size_of says otherwise",
        low=LEAST,
        high=100_000,
    )
    size_of: Side = setting(
        "longer", "which side has that size; area: the side of a square as large"
    )
    precision: Precision = setting(
        "auto", "arithmetic of the network; auto: what this machine is fast at"
    )


@dataclass(frozen=True)
class Sizes(Size):
    """The same where paintings are looked at."""

    style_scale: float = setting(
        1.0, "size of the painting relative to the photo's", low=0.05, high=20
    )
