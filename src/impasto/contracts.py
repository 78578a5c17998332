"""The tensors and events that every part of impasto speaks.

An *image* is a float32 tensor of shape (1, 3, h, w), sRGB, in [0, 1]. A *run* is a generator of
`Step`s. What methods and recipes are stands in `impasto.declare`, which needs no torch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from jaxtyping import Float
from torch import Tensor

Image = Float[Tensor, "1 3 _h _w"]
"""sRGB in [0, 1], float32."""

Masks = Float[Tensor, "_k 1 _h _w"]
"""k soft regions in [0, 1]; region i of the content takes its style from region i of each style."""


Develop = Callable[[Tensor], Image]
"""Makes an image of the numbers that are optimized, pixel by pixel: of a part of them a part."""


def as_it_is(image: Image) -> Image:
    """Return an image that is one already."""
    return image


@dataclass(frozen=True)
class Style:
    """A painting, how much of it is wanted among several, and where its regions lie."""

    image: Image
    weight: float = 1.0
    masks: Masks | None = None


@dataclass(frozen=True)
class Inputs:
    """What a run is given. No method changes any of it."""

    content: Image
    styles: tuple[Style, ...]
    masks: Masks | None = None
    init: Image | None = None


@dataclass(frozen=True)
class Step:
    """One evaluation of a run: the only event in the project.

    `develop` makes the best picture so far, which is `image`: ask for it before the next step.
    `index` counts the evaluations that were made, this one included; `total` those that were
    planned, and `skipped` those of them that will never be made, because a part of the run ended
    early. `losses` holds 0-d tensors: reading one costs a synchronization, not reading it is free.
    `state` builds what a resume needs, only when asked; nobody changes its tensors. `note` is empty
    or says in one sentence what the reader should know (a restart, an early stop).
    """

    develop: Callable[[], Image]
    index: int
    total: int
    stage: str = ""
    losses: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    state: Callable[[], dict[str, Tensor]] | None = None
    note: str = ""
    skipped: int = 0

    @property
    def image(self) -> Image:
        """The best picture so far, which may be live: clone it to keep it."""
        return self.develop()

    @property
    def place(self) -> int:
        """Where in the plan this step stands, 1 to `total`."""
        return self.index + self.skipped

    @property
    def last(self) -> bool:
        """Whether this step holds the finished picture."""
        return self.place == self.total


@dataclass(frozen=True)
class Stage:
    """A planned part of a run: `evaluations` at a size of (h, w) that need `memory` bytes.

    `state` are the bytes of what `Step.state` gives there, and `tile` is the side in pixels of the
    tiles in which it is computed; None: in one. `disk` are the bytes of files that it needs besides
    memory, for what is large and not needed at once; `shelved` says that a state lies there too,
    and `kept` are the bytes of the largest block that is kept when it is freed, for what is asked
    for next, which is faster; 0: none is.
    """

    size: tuple[int, int]
    evaluations: int
    memory: int
    state: int = 0
    tile: int | None = None
    disk: int = 0
    shelved: bool = False
    kept: int = 0
