"""What settings choose from, in words, and what a run is unless it is told.

Nothing here needs torch: whoever lists settings, or refuses one, needn't wait for it.
"""

from typing import Literal

MIN_SIDE = 16
"""VGG halves a picture four times before `relu5_1`: a shorter side would shrink to nothing."""

Side = Literal["longer", "shorter", "height", "area"]
"""Which length a size speaks of; "area": the side of a square of the same area."""

ColorMode = Literal["as-is", "luminance", "mean-covariance", "histogram"]
"""How colors are handled, for every method alike; see `impasto.images.color_transfer`."""

Precision = Literal["auto", "bfloat16", "float32", "float64"]

Pooling = Literal["max", "average"]

PoolRounding = Literal["down", "up"]
"""A pool halves a side. Where that is odd, "down" drops the last row or column, as PyTorch and
Keras do, and "up" pools what there is of it, as Caffe and TensorFlow's SAME do."""

Kernels = Literal["upright", "transposed"]
"""How a kernel lies on the picture. One published system reads a file with its height and width
swapped, and so runs a network that sees every picture mirrored along its diagonal."""

Padding = Literal["zeros", "reflect", "replicate", "replicate-first"]
"""What lies beyond the border of a convolution's input. "replicate-first": replicated for the first
convolution, which sees the picture, zeros for the others."""

Reduction = Literal["mean", "sum"]

GramDivisor = Literal["N", "CN", "sqrt(CN)", "A"]
"""What F Fᵀ is divided by: positions N, channels times positions, its root, or the pixels A."""

StyleBalance = Literal["absolute", "relative"]
"""
"absolute"  the style loss is what it is: it grows with the fourth power of a painting's contrast
"relative"  it is divided by the size of the painting's Gram matrices: then it grows with the
            second power, as the content loss does, see `impasto.methods.gatys_loss.GatysLoss`
"""

Mixing = Literal["statistics", "losses"]
"""Several paintings: their statistics are mixed into one target, or each is a target of its own."""

TotalVariation = Literal["l1", "isotropic", "l2", "l2-mean", "power", "nine-point"]
"""
"l1"          Σ|dx| + Σ|dy|                                     Rudin, Osher, Fatemi, anisotropic
"isotropic"   mean √(dx² + dy² + FAINT²) - FAINT, without them  their own, rounded at 0
"l2"          ½ Σ (dx² + dy²) without the last row and column   neural-style
"l2-mean"     mean dx² + mean dy²                               anishathalye
"power"       Σ (dx² + dy²)^1.25 without the last row, column   Mahendran and Vedaldi 2015, β = 2.5
"nine-point"  mean of 2 (dx²/3 + dy²/3 + two diagonals/12), borders replicated   crowsonkb
"""

Parameterization = Literal["logits", "clamped", "pixels", "normalized"]
"""
"logits"      x = σ(p): never leaves the gamut, so that the loss reported is the saved picture's
"clamped"     x = p, put back into the gamut after each step
"pixels"      x = p / pixel_range, free to leave the gamut, as most published systems do
"normalized"  x = mean + std · p with the statistics of ImageNet, free to leave the gamut
"""

OptimizerName = Literal["lbfgs", "lbfgs-plain", "adam", "sgd"]
"""
"lbfgs"        L-BFGS that only takes steps that descend
"lbfgs-plain"  L-BFGS as torch has it by default, without a line search
"adam", "sgd"  the first-order methods
"""

EpsilonForm = Literal["corrected", "raw"]
"""
"corrected"  epsilon is added to the root of the bias-corrected second moment, as in algorithm 1
"raw"        to the root of the raw one, as in the last lines of section 2 and in TensorFlow: the
             first steps are shorter where the gradient is small
"""

DEFAULT_RECIPE, DEFAULT_SEED, DEFAULT_DEVICE = "standard", 0, "cpu"
"""Of the command line and of `stylize` alike."""

TABLE_SIZE = 512
"""Of the pictures of a table or a comparison, the longer side in pixels: brush strokes can be seen,
and a run takes about a minute."""
