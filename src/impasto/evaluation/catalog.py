"""METRICS: every metric by name, in the order of the tables."""

import math
from functools import partial

from impasto.evaluation.metric import Metric
from impasto.evaluation.metrics import yeh
from impasto.evaluation.metrics.color import color_distance, histogram_distance
from impasto.evaluation.metrics.content_distance import content_distance
from impasto.evaluation.metrics.contours import contours
from impasto.evaluation.metrics.frechet import moment_distance, vgg_sifid
from impasto.evaluation.metrics.gmsd import gmsd
from impasto.evaluation.metrics.gram_distance import gram_distance
from impasto.evaluation.metrics.ms_ssim import ms_ssim
from impasto.evaluation.metrics.nearest_neighbor import coverage, nearest_in_style
from impasto.evaluation.metrics.psnr import MOST, psnr
from impasto.evaluation.metrics.random_filters import random_filter_distance
from impasto.evaluation.metrics.self_similarity import self_similarity
from impasto.evaluation.metrics.sliced_wasserstein import sliced_wasserstein
from impasto.evaluation.metrics.spectrum import slope_distance, spectrum_distance
from impasto.evaluation.metrics.ssim import ssim
from impasto.evaluation.metrics.vif import vif
from impasto.evaluation.vision import STYLE_LAYERS

_CONTENT = (
    Metric(
        "ms-ssim", ms_ssim, "content", "higher", 1.0,
        "structure of luma over five scales", "Wang 2003", (0, 1),
        blind="color; one wrong object as large as another",
    ),
    Metric(
        "ssim", ssim, "content", "higher", 1.0,
        "structure of luma", "Wang 2004", (-1, 1),
        blind="color; whatever is larger than 11 pixels",
    ),
    Metric(
        "vif", vif, "content", "higher", 1.0,
        "visual information kept", "Sheikh 2006",
        blind="color; invented texture, if the photo's is still under it",
    ),
    Metric(
        "gmsd", gmsd, "content", "lower", 0.0,
        "unevenness of kept edges", "Xue 2014", (0, 0.5),
        blind="color; edges that are weakened alike everywhere",
    ),
    Metric(
        "psnr", psnr, "content", "higher", MOST,
        "pixel error, dB; for the identity test", "Galerne 2024", (0, MOST),
        blind="where and what the error is",
    ),
    Metric(
        "contour-f1", contours, "content", "higher", 1.0,
        "contours kept, and no others", "after Yeh 2020", (0, 1),
        blind="what the contours enclose; their strength",
    ),
    Metric(
        "self-similarity", self_similarity, "content", "lower", 0.0,
        "what resembled what, in VGG-16", "Kolkin 2019", (0, 1),
        blind="objects that all change alike",
    ),
    Metric(
        "vgg-content", content_distance, "content", "lower", 0.0,
        "features at relu4_2 of VGG-16", "Gatys 2016",
        blind="what its optimization exploits", optimized=True,
    ),
)  # fmt: skip

_STYLE = (
    Metric(
        "sliced-wasserstein", sliced_wasserstein, "style", "lower", 0.0,
        "distribution of VGG-16 features", "Heitz 2021",
        blind="where anything is; layers together",
    ),
    Metric(
        "random-filter", random_filter_distance, "style", "lower", 0.0,
        "Gram matrices of filters that nobody trained", "Ustyuzhaninov 2017",
        blind="where anything is; brightness and cast; strokes longer than 55 pixels",
    ),
    Metric(
        "nearest-in-style", nearest_in_style, "style", "lower", 0.0,
        "every spot exists in the painting", "Zhang 2022", (0, 1),
        blind="one spot repeated everywhere; contrast",
    ),
    Metric(
        "coverage", coverage, "style", "lower", 0.0,
        "nothing of the painting is missing", "Simakov 2008", (0, 1),
        blind="whatever else is in the output; contrast",
    ),
    Metric(
        "vgg-sifid", vgg_sifid, "style", "lower", 0.0,
        "mean and covariance at relu3_3 of VGG-16", "after Shaham 2019",
        blind="where anything is; beyond two moments",
    ),
    Metric(
        "color", color_distance, "style", "lower", 0.0,
        "colors in CIELAB, in ΔE", "Rabin 2011",
        blind="where the colors are",
    ),
    Metric(
        "color-histogram", histogram_distance, "style", "lower", 0.0,
        "chroma histograms", "Afifi 2021", (0, 1),
        blind="where the colors are; how far two colors are apart",
    ),
    Metric(
        "spectrum-slope", slope_distance, "style", "lower", 0.0,
        "roughness against scale", "Redies 2007",
        blind="color, direction, and nearly everything else",
    ),
    Metric(
        "spectrum", spectrum_distance, "style", "lower", 0.0,
        "power of luma in twelve bands, dB", "-",
        blind="color, direction, phase: noise can have any spectrum",
    ),
)  # fmt: skip


def _at(layer: str) -> tuple[Metric, ...]:
    return (
        Metric(
            f"gram-{layer}", partial(gram_distance, layer=layer), "style", "lower", 0.0,
            f"Gram matrix at {layer} of VGG-16", "Gatys 2016",
            blind="where anything is; what its optimization exploits", optimized=True,
        ),
        Metric(
            f"moments-{layer}", partial(moment_distance, layer=layer), "style", "lower", 0.0,
            f"mean and covariance at {layer} of VGG-16", "Vacher 2020",
            blind="where anything is; what its optimization exploits", optimized=True,
        ),
        Metric(
            f"yeh-e-{layer}", partial(yeh.effectiveness, layer=layer), "style", "higher", yeh.MOST,
            f"divergence of Gaussians at {layer} of VGG-16", "Yeh 2020", (-math.inf, yeh.MOST),
            blind="where anything is; directions outside of its basis", optimized=True,
        ),
    )  # fmt: skip


_LAYERED = tuple(metric for layer in STYLE_LAYERS for metric in _at(layer))

METRICS: dict[str, Metric] = {metric.name: metric for metric in (*_CONTENT, *_STYLE, *_LAYERED)}
"""Content first, then style; within each, what deserves most trust first."""
