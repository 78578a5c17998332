"""The settings of `gatys`: what the published systems that optimize an image differ in.

They differ in seven silent choices and a few loud ones; all of them are settings here, so that each
system is a recipe and none has code. The algorithm is in `gatys.py`, which needs torch; a list of
recipes or a mistake in a setting doesn't wait for that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from impasto.choices import (
    MIN_SIDE,
    EpsilonForm,
    GramDivisor,
    Kernels,
    Mixing,
    OptimizerName,
    Padding,
    Parameterization,
    Pooling,
    PoolRounding,
    Precision,
    Reduction,
    Side,
    StyleBalance,
    TotalVariation,
)
from impasto.declare import check_settings, setting
from impasto.errors import ImpastoError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from impasto.contracts import Inputs, Stage, Step

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""The first layer of every block after its ReLU: what nearly every system measures style on."""


@dataclass(frozen=True)
class Gatys:
    """Image style transfer by optimization (Gatys, Ecker and Bethge, CVPR 2016)."""

    name: ClassVar[str] = "gatys"
    supports: ClassVar[frozenset[str]] = frozenset({"styles", "masks", "many_styles", "init"})

    size: int = setting(
        512,
        "longer side of the result in pixels, unless size_of says otherwise",
        low=MIN_SIDE,
        high=100_000,
    )
    size_of: Side = setting(
        "longer", "which side has that size; area: the side of a square as large"
    )
    iterations: tuple[int, ...] = setting(
        (100,),
        "evaluations of the loss at each scale, the coarsest first; one number: one scale",
        low=1,
        high=100_000,
    )
    scale_step: float = setting(
        2.0, "each scale is so many times larger than the one before", low=1.01, high=100
    )
    style_scale: float = setting(
        1.0, "size of the painting relative to the photo's", low=0.05, high=20
    )
    style_fit: Literal["own", "width", "squash"] = setting(
        "own", "paintings are sized like the photo, to its width, or to its exact height and width"
    )
    style_enlarge: bool = setting(True, "enlarge a painting that is smaller than asked for")

    encoder: str = setting("vgg16", "the network that sees, see `impasto weights list`")
    pooling: Pooling = setting("max", "how the network shrinks its features")
    pool_rounding: PoolRounding = setting(
        "down", "what a pool does with an odd side: drop the last row or column, or keep it"
    )
    kernels: Kernels = setting("upright", "whether the network's kernels lie as they were trained")
    padding: Padding = setting("zeros", "what the network sees beyond the border")
    input_range: float = setting(255.0, "the value that white has at the network's input", low=1)
    precision: Precision = setting(
        "auto", "arithmetic of the network; auto: what this machine is fast at"
    )

    content_weight: float = setting(5.0, "weight of the content loss", low=0)
    content_layers: dict[str, float] = setting(
        {"relu4_2": 1.0}, "layers of the content, weighted", low=0
    )
    content_reduction: Reduction = setting("mean", "mean or sum over the content's features")
    style_weight: float = setting(100.0, "weight of the style loss", low=0)
    style_layers: dict[str, float] = setting(
        dict.fromkeys(STYLE_LAYERS, 1.0),
        "layers of the style, weighted; a negative weight drives away from the painting",
    )
    style_statistic: Literal["gram", "wasserstein"] = setting(
        "gram", "compare Gram matrices, or mean and covariance by their Wasserstein distance"
    )
    gram_divisor: GramDivisor = setting("CN", "what a Gram matrix is divided by")
    gram_shift: float = setting(0.0, "what features are less by in a Gram matrix")
    style_reduction: Reduction = setting("mean", "mean or sum over a Gram matrix")
    style_balance: StyleBalance = setting(
        "absolute", "relative: to the painting, so that one of little contrast counts too"
    )
    style_mixing: Mixing = setting(
        "statistics", "several paintings: mix their statistics or their losses"
    )
    strength: float = setting(
        1.0, "0: the photo's own statistics, 1: the painting's", low=0, high=1
    )
    histogram_weight: float = setting(0.0, "weight of the histogram loss", low=0)
    histogram_layers: dict[str, float] = setting(
        {"relu4_1": 1.0}, "layers of the histogram loss, weighted", low=0
    )
    tv_weight: float = setting(0.0, "weight of the total variation", low=0)
    tv: TotalVariation = setting("l2-mean", "which total variation")

    init: Literal["content", "recolored", "style", "noise"] = setting(
        "content",
        "the first picture: the photo, the photo in the painting's colors, the painting, or noise",
    )
    init_noise: float = setting(0.0, "share of noise in the first picture", low=0, high=1)
    noise: Literal["normal", "uniform"] = setting("normal", "the kind of noise")
    noise_spread: float = setting(
        0.25, "deviation or half-width of the noise, white being 1", low=0
    )
    parameterization: Parameterization = setting("logits", "the numbers that are optimized")
    pixel_range: float = setting(
        1.0, "what white is in these numbers, for clamped and pixels", low=1
    )
    optimizer: OptimizerName = setting("lbfgs", "how they are optimized")
    learning_rate: float = setting(1.0, "step of the optimizer, in units of pixel_range", low=0)
    history: int = setting(10, "steps that L-BFGS remembers", low=1, high=1000)
    betas: tuple[float, float] = setting(
        (0.9, 0.999), "decay of Adam's two moments", low=0, high=0.99999
    )
    epsilon: float = setting(1e-8, "what Adam adds to a root", low=0)
    epsilon_form: EpsilonForm = setting(
        "corrected", "the root is that of the bias-corrected second moment, or of the raw one"
    )
    decay: float = setting(1.0, "factor of SGD's rate every 100 steps", low=0, high=1)
    warm_start: bool = setting(False, "carry Adam's moments to the next scale")
    average: float = setting(
        0.0, "decay of a moving average over the pictures; 0: none", low=0, high=0.9999
    )
    tolerance: float = setting(
        0.0, "stop a scale when the loss fell by less than this share...", low=0, high=1
    )
    patience: int = setting(20, "...in so many evaluations", low=1, high=100_000)

    def __post_init__(self) -> None:
        check_settings(self)
        if self.style_balance == "relative" and self.style_statistic != "gram":
            raise ImpastoError(
                f"style_balance is relative and style_statistic {self.style_statistic}; expected "
                "gram: other distances grow with contrast as the content loss does; set "
                "style_balance to absolute"
            )
        if not self.layers and not self.tv_weight:
            terms = ("content", "style", "histogram")
            got = ", ".join(
                f"{name} is {'empty' if getattr(self, name) == {} else getattr(self, name)}"
                for name in (f"{term}_{what}" for term in terms for what in ("weight", "layers"))
            )
            raise ImpastoError(
                f"nothing would be done: {got}, tv_weight is 0; expected a term of the loss that "
                "has a weight and layers with weights"
            )

    @property
    def layers(self) -> dict[str, dict[str, float]]:
        """The weighted layers of "content", "style" and "histogram", each if it has a weight."""
        terms = {
            "content": (self.content_weight, self.content_layers),
            "style": (self.style_weight, self.style_layers),
            "histogram": (self.histogram_weight, self.histogram_layers),
        }
        weighted = {
            term: {name: each for name, each in layers.items() if each}
            for term, (weight, layers) in terms.items()
            if weight
        }
        return {term: layers for term, layers in weighted.items() if layers}

    @property
    def all_layers(self) -> list[str]:
        """The layers that some term of the loss looks at, each once."""
        return list(dict.fromkeys(name for layers in self.layers.values() for name in layers))

    def plan(self, inputs: "Inputs", *, memory: int | None = None) -> "list[Stage]":
        """Return size, evaluations and memory of each scale, in tiles if it takes too much."""
        from impasto.methods.gatys import plan

        return plan(self, inputs, memory)

    def run(
        self,
        inputs: "Inputs",
        *,
        rng: "torch.Generator",
        resume: "Mapping[str, Tensor] | None" = None,
        memory: int | None = None,
    ) -> "Iterator[Step]":
        """Yield a step for every evaluation of the loss, scale by scale."""
        from impasto.methods.gatys import run

        return run(self, inputs, rng=rng, resume=resume, memory=memory)
