"""Image style transfer by optimization (Gatys, Ecker and Bethge, CVPR 2016) and its relatives.

The picture is changed until its deep features resemble the photo's and the statistics of its
features those of the painting. The published systems that do this differ in seven silent choices
and a few loud ones; all of them are settings here, so that each system is a recipe and none has
code.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import ClassVar, Literal

import torch
from torch import Tensor

from impasto.contracts import Image, Inputs, Stage, Step, check_settings, setting
from impasto.errors import ImpastoError
from impasto.features.targets import Mixing
from impasto.images.picture import MIN_SIDE
from impasto.images.resize import Side, fit, resize
from impasto.losses.content import Reduction
from impasto.losses.gram import GramDivisor
from impasto.losses.total_variation import TotalVariation
from impasto.methods.gatys_loss import GatysLoss
from impasto.methods.gatys_memory import memory, state_memory
from impasto.methods.gatys_start import start_picture
from impasto.networks.encoder import Encoder, Kernels, Padding, Pooling, PoolRounding, load_encoder
from impasto.networks.precision import Precision, network_dtype
from impasto.networks.vgg import least_side
from impasto.optimize.canvas import Canvas, Parameterization
from impasto.optimize.first_order import EpsilonForm
from impasto.optimize.minimize import Schedule, minimize
from impasto.optimize.schedule import left_out, scale_sizes
from impasto.optimize.solver import OptimizerName, Solver

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""The first layer of every block after its ReLU: what nearly every system measures style on."""


@dataclass(frozen=True)
class Gatys:
    """Image style transfer by optimization (Gatys, Ecker and Bethge, CVPR 2016)."""

    name: ClassVar[str] = "gatys"
    supports: ClassVar[frozenset[str]] = frozenset({"masks", "many_styles", "init"})

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
    def least(self) -> int:
        """The shortest side in pixels that a scale or a painting may have."""
        layers = [name for layers in self.layers.values() for name in layers]
        return max(MIN_SIDE, least_side(layers, self.padding))

    def scales(self, inputs: Inputs) -> list[tuple[tuple[int, int], int]]:
        """Return the size (h, w) and the evaluations of each scale, the coarsest first."""
        h, w = inputs.content.shape[-2:]
        whole = fit((h, w), self.size, self.size_of)
        sizes = scale_sizes(whole, len(self.iterations), self.scale_step, self.least)
        return list(zip(sizes, self.iterations[-len(sizes) :], strict=True))

    def run(
        self,
        inputs: Inputs,
        *,
        rng: torch.Generator,
        resume: Mapping[str, Tensor] | None = None,
    ) -> Iterator[Step]:
        """Yield a step for every evaluation of the loss, scale by scale."""
        device = inputs.content.device
        encoder = self.load_encoder(self._dtype(device), device)
        scales = self.scales(inputs)
        planned = list(accumulate((evaluations for _, evaluations in scales), initial=0))
        first = 0 if resume is None else int(resume["scale"])
        made = 0 if resume is None else int(resume["made"])
        picture, optimizer = None, None
        for number, (size, evaluations) in list(enumerate(scales))[first:]:
            if resume is None and picture is None:
                picture = start_picture(self, inputs, size, rng)
            picture, optimizer, more = yield from minimize(
                self.loss(encoder, inputs, size, shrunk=max(size) / max(scales[-1][0])),
                resize(picture, size) if picture is not None else inputs.content,
                canvas=Canvas(self.parameterization, self.pixel_range),
                solver=self.solver,
                schedule=Schedule(
                    evaluations,
                    made=made,
                    skipped=planned[number] - made,
                    total=planned[-1],
                    stage=f"scale {number + 1} of {len(scales)}, {size[1]} x {size[0]}",
                    scale=number,
                    note="" if number else left_out(self.iterations, len(scales), self.least),
                    tolerance=self.tolerance,
                    patience=self.patience,
                    average=self.average,
                ),
                earlier=optimizer if self.warm_start else None,
                resume=resume,
            )
            made, resume = made + more, None

    @property
    def solver(self) -> Solver:
        """The optimizer that the settings describe."""
        return Solver(
            self.optimizer,
            learning_rate=self.learning_rate,
            history=self.history,
            betas=self.betas,
            epsilon=self.epsilon,
            epsilon_form=self.epsilon_form,
            decay=self.decay,
            unit=self.pixel_range,
        )

    def load_encoder(self, dtype: torch.dtype, device: torch.device | str = "cpu") -> Encoder:
        """Return the network as the settings have it."""
        return load_encoder(
            self.encoder,
            pooling=self.pooling,
            pool_rounding=self.pool_rounding,
            kernels=self.kernels,
            padding=self.padding,
            dtype=dtype,
            device=device,
        )

    def loss(
        self, encoder: Encoder, inputs: Inputs, size: tuple[int, int], shrunk: float = 1.0
    ) -> GatysLoss:
        """Return the loss at one scale; `shrunk` is its size relative to the last one."""
        content = resize(inputs.content, size)
        styles = [
            replace(style, image=resize(style.image, self.style_size(style.image, size, shrunk)))
            for style in inputs.styles
        ]
        return GatysLoss(self, encoder, content, styles, inputs.masks)

    def style_size(self, image: Image, size: tuple[int, int], shrunk: float) -> tuple[int, int]:
        """Return the size (h, w) of a painting that goes with a photo of this size."""
        h, w = image.shape[-2:]
        if self.style_fit == "squash":
            wanted = (size[0] * self.style_scale, size[1] * self.style_scale)
        elif self.style_fit == "width":
            wanted = (h * size[1] * self.style_scale / w, size[1] * self.style_scale)
        else:
            side = max(1, round(self.size * self.style_scale * shrunk))
            wanted = fit((h, w), side, self.size_of)
        if not self.style_enlarge and wanted[0] > h:
            wanted = (h, w)
        return max(round(wanted[0]), self.least), max(round(wanted[1]), self.least)

    def plan(self, inputs: Inputs) -> list[Stage]:
        """Return size, evaluations and memory of each scale."""
        scales, dtype = self.scales(inputs), self._dtype(inputs.content.device)
        pairs = self.history if self.optimizer.startswith("lbfgs") else 1
        stages: list[Stage] = []
        for size, evaluations in scales:
            shrunk = max(size) / max(scales[-1][0])
            fitted = [self.style_size(each.image, size, shrunk) for each in inputs.styles]
            needed = memory(size, fitted, pairs=pairs, bytes_per_number=dtype.itemsize)
            stages.append(Stage(size, evaluations, needed, state_memory(size, pairs=pairs)))
        return stages

    def _dtype(self, device: torch.device) -> torch.dtype:
        """Return the network's arithmetic.

        Plain L-BFGS begins with a step of 1/|g|₁, which bfloat16 rounds away: the picture would
        stay what it was.
        """
        careful = self.optimizer == "lbfgs-plain" and self.precision == "auto"
        return network_dtype("float32" if careful else self.precision, device)
