"""The settings of `johnson`. The algorithm is in `johnson.py`, which needs torch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from impasto.declare import check_settings, setting
from impasto.errors import ImpastoError
from impasto.feedforward.settings import Size

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from impasto.contracts import Inputs, Stage, Step


@dataclass(frozen=True)
class Johnson(Size):
    """A network that has learned its paintings (Johnson, Alahi and Fei-Fei, ECCV 2016)."""

    name: ClassVar[str] = "johnson"
    supports: ClassVar[frozenset[str]] = frozenset({"masks"})

    network: str = setting("johnson", "the trained network: a name, or a file of your own")
    paintings: tuple[str, ...] = setting(
        (),
        "those to paint like, of all that it has learned; with masks one for each region, "
        "otherwise mixed; none: the first",
    )
    shares: tuple[float, ...] = setting(
        (1.0,),
        "how much of each painting is wanted; only their ratios count, and one is for all",
        low=0,
    )
    strength: float = setting(
        1.0, "0: the photo, 1: the painting; in between the one shows through", low=0, high=1
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if len(self.shares) not in (1, len(self.paintings)):
            raise ImpastoError(
                f"there are {len(self.shares)} shares for {len(self.paintings)} paintings; "
                "expected one for each"
            )
        if not sum(self.shares):
            raise ImpastoError("all shares are 0; expected one at least that is more")

    def plan(self, inputs: "Inputs", *, memory: int | None = None) -> "list[Stage]":
        """Return size and memory of the picture; large layers lie in files."""
        from impasto.methods.johnson import plan

        return plan(self, inputs)

    def run(
        self,
        inputs: "Inputs",
        *,
        rng: "torch.Generator",
        resume: "Mapping[str, Tensor] | None" = None,
        memory: int | None = None,
    ) -> "Iterator[Step]":
        """Yield a step for every layer of the network."""
        from impasto.methods.johnson import run

        return run(self, inputs, resume=resume)

    def graph(self) -> "nn.Module":
        """Return all that happens to a photo of its size, as one network."""
        from impasto.methods.johnson import graph

        return graph(self)
