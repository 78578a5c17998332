"""The settings of `wct`. The algorithm is in `wct.py`, which needs torch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from impasto.declare import check_settings, setting
from impasto.feedforward.settings import Sizes

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from impasto.contracts import Inputs, Stage, Step


@dataclass(frozen=True)
class WCT(Sizes):
    """Universal style transfer by whitening and coloring (Li et al., NeurIPS 2017)."""

    name: ClassVar[str] = "wct"
    supports: ClassVar[frozenset[str]] = frozenset({"styles", "masks", "many_styles"})

    strength: float = setting(
        0.6, "0: the photo's own statistics, 1: the painting's; at every level", low=0, high=1
    )
    levels: tuple[int, ...] = setting(
        (5, 4, 3, 2, 1), "levels in their order; 5 has the largest forms, 1 colors", low=1, high=5
    )
    passes: int = setting(1, "how often all levels are gone through", low=1, high=100)
    identity_term: float = setting(
        0.0, "what is added to the variance of the photo's features; keeps faint ones faint", low=0
    )
    start: Literal["content", "noise"] = setting(
        "content", "the first picture: the photo, or noise, which becomes a texture"
    )
    decoder: str = setting("wct", "the trained decoder: a name, or a file of your own")

    def __post_init__(self) -> None:
        check_settings(self)

    def plan(self, inputs: "Inputs", *, memory: int | None = None) -> "list[Stage]":
        """Return size and memory of the picture, in tiles if it takes too much."""
        from impasto.methods.wct import plan

        return plan(self, inputs, memory)

    def run(
        self,
        inputs: "Inputs",
        *,
        rng: "torch.Generator",
        resume: "Mapping[str, Tensor] | None" = None,
        memory: int | None = None,
    ) -> "Iterator[Step]":
        """Yield a step for every tile of every level."""
        from impasto.methods.wct import run

        return run(self, inputs, rng=rng, resume=resume, memory=memory)
