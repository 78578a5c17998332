"""The settings of `adain`. The algorithm is in `adain.py`, which needs torch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from impasto.declare import check_settings, setting
from impasto.feedforward.settings import Sizes

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from impasto.contracts import Inputs, Stage, Step


@dataclass(frozen=True)
class AdaIN(Sizes):
    """Style transfer by adaptive instance normalization (Huang and Belongie, ICCV 2017)."""

    name: ClassVar[str] = "adain"
    supports: ClassVar[frozenset[str]] = frozenset({"styles", "masks", "many_styles"})

    strength: float = setting(
        1.0, "0: the photo's own statistics, 1: the painting's", low=0, high=1
    )
    decoder: str = setting("adain", "the trained decoder: a name, or a file of your own")

    def __post_init__(self) -> None:
        check_settings(self)

    def plan(self, inputs: "Inputs", *, memory: int | None = None) -> "list[Stage]":
        """Return size and memory of the picture, in tiles if it takes too much."""
        from impasto.methods.adain import plan

        return plan(self, inputs, memory)

    def run(
        self,
        inputs: "Inputs",
        *,
        rng: "torch.Generator",
        resume: "Mapping[str, Tensor] | None" = None,
        memory: int | None = None,
    ) -> "Iterator[Step]":
        """Yield a step for every tile."""
        from impasto.methods.adain import run

        return run(self, inputs, resume=resume, memory=memory)
