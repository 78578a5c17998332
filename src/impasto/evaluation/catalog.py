"""METRICS: every metric by name, in the order of the tables."""

from functools import partial

from impasto.evaluation.metric import Metric
from impasto.evaluation.metrics.color import color_distance, histogram_distance
from impasto.evaluation.metrics.content_distance import content_distance
from impasto.evaluation.metrics.contours import contours
from impasto.evaluation.metrics.frechet import moment_distance, vgg_sifid
from impasto.evaluation.metrics.gmsd import gmsd
from impasto.evaluation.metrics.gram_distance import gram_distance
from impasto.evaluation.metrics.ms_ssim import ms_ssim
from impasto.evaluation.metrics.nearest_neighbor import coverage, nearest_in_style
from impasto.evaluation.metrics.psnr import psnr
from impasto.evaluation.metrics.random_filters import random_filter_distance
from impasto.evaluation.metrics.self_similarity import self_similarity
from impasto.evaluation.metrics.sliced_wasserstein import sliced_wasserstein
from impasto.evaluation.metrics.spectrum import slope_distance, spectrum_distance
from impasto.evaluation.metrics.ssim import ssim
from impasto.evaluation.metrics.vif import vif
from impasto.evaluation.metrics.yeh import effectiveness
from impasto.evaluation.vision import STYLE_LAYERS

_CONTENT = (
    Metric(
        "ms-ssim", ms_ssim, "content", "higher", 1.0,
        "structure of luma over five scales", "Wang 2003",
    ),
    Metric("ssim", ssim, "content", "higher", 1.0, "structure of luma", "Wang 2004"),
    Metric("vif", vif, "content", "higher", 1.0, "visual information kept", "Sheikh 2006"),
    Metric("gmsd", gmsd, "content", "lower", 0.0, "unevenness of kept edges", "Xue 2014"),
    Metric("psnr", psnr, "content", "higher", 100.0, "pixel error, dB", "-"),
    Metric(
        "contour-f1", contours, "content", "higher", 1.0,
        "contours kept, and no others", "after Yeh 2020",
    ),
    Metric(
        "self-similarity", self_similarity, "content", "lower", 0.0,
        "what resembled what, in VGG-16", "Kolkin 2019",
    ),
    Metric(
        "vgg-content", content_distance, "content", "lower", 0.0,
        "features at relu4_2 of VGG-16", "Gatys 2016", optimized=True,
    ),
)  # fmt: skip

_STYLE = (
    Metric(
        "sliced-wasserstein", sliced_wasserstein, "style", "lower", 0.0,
        "distribution of VGG-16 features", "Heitz 2021",
    ),
    Metric(
        "random-filter", random_filter_distance, "style", "lower", 0.0,
        "Gram matrices of filters that nobody trained", "Ustyuzhaninov 2017",
    ),
    Metric(
        "nearest-in-style", nearest_in_style, "style", "lower", 0.0,
        "every spot exists in the painting", "Zhang 2022",
    ),
    Metric(
        "coverage", coverage, "style", "lower", 0.0,
        "nothing of the painting is missing", "Simakov 2008",
    ),
    Metric(
        "vgg-sifid", vgg_sifid, "style", "lower", 0.0,
        "mean and covariance at relu3_3 of VGG-16", "after Shaham 2019",
    ),
    Metric(
        "color", color_distance, "style", "lower", 0.0,
        "colors in CIELAB, in ΔE", "Rabin 2011",
    ),
    Metric(
        "color-histogram", histogram_distance, "style", "lower", 0.0,
        "chroma histograms", "Afifi 2021",
    ),
    Metric(
        "spectrum-slope", slope_distance, "style", "lower", 0.0,
        "roughness against scale", "Redies 2007",
    ),
    Metric(
        "spectrum", spectrum_distance, "style", "lower", 0.0,
        "power of luma in twelve bands, dB", "-",
    ),
)  # fmt: skip

_LAYERED = tuple(
    metric
    for layer in STYLE_LAYERS
    for metric in (
        Metric(
            f"gram-{layer}", partial(gram_distance, layer=layer), "style", "lower", 0.0,
            f"Gram matrix at {layer} of VGG-16", "Gatys 2016", optimized=True,
        ),
        Metric(
            f"moments-{layer}", partial(moment_distance, layer=layer), "style", "lower", 0.0,
            f"mean and covariance at {layer} of VGG-16", "Vacher 2020", optimized=True,
        ),
        Metric(
            f"yeh-e-{layer}", partial(effectiveness, layer=layer), "style", "higher", 13.8,
            f"likelihood of the features at {layer} of VGG-16", "Yeh 2020", optimized=True,
        ),
    )
)  # fmt: skip

METRICS: dict[str, Metric] = {metric.name: metric for metric in (*_CONTENT, *_STYLE, *_LAYERED)}
"""Content first, then style; within each, what deserves most trust first."""
