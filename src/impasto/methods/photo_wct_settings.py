"""The settings of `photo-wct`. The algorithm is in `photo_wct.py`, which needs torch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from impasto.declare import check_settings, setting
from impasto.feedforward.settings import Sizes

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from impasto.contracts import Inputs, Stage, Step

Smoothing = Literal["auto", "matting", "guided", "none"]


@dataclass(frozen=True)
class PhotoWCT(Sizes):
    """Photorealistic stylization in closed form (Li, Liu, Li, Yang and Kautz, ECCV 2018)."""

    name: ClassVar[str] = "photo-wct"
    supports: ClassVar[frozenset[str]] = frozenset({"styles", "masks", "many_styles"})

    strength: float = setting(
        1.0, "0: the photo's own statistics, 1: the other picture's; at every level", low=0, high=1
    )
    levels: tuple[int, ...] = setting(
        (4, 3, 2, 1), "levels in their order; 4 has the largest forms, 1 colors", low=1, high=5
    )
    identity_term: float = setting(
        1.0, "what is added to the variance of the photo's features; keeps faint ones faint", low=0
    )
    smoothing: Smoothing = setting(
        "auto",
        "how it is made photographic again: matting is the paper's, guided its fast form; auto: "
        "matting up to a quarter of a megapixel, which takes seconds, guided beyond",
    )
    decoder: str = setting("photo-wct", "the trained decoder: a name, or a file of your own")

    def __post_init__(self) -> None:
        check_settings(self)

    def plan(self, inputs: "Inputs", *, memory: int | None = None) -> "list[Stage]":
        """Return size and memory of the picture, in tiles if it takes too much."""
        from impasto.methods.photo_wct import plan

        return plan(self, inputs, memory)

    def run(
        self,
        inputs: "Inputs",
        *,
        rng: "torch.Generator",
        resume: "Mapping[str, Tensor] | None" = None,
        memory: int | None = None,
    ) -> "Iterator[Step]":
        """Yield a step for every tile of every level, and one for the smoothing."""
        from impasto.methods.photo_wct import run

        return run(self, inputs, resume=resume, memory=memory)
