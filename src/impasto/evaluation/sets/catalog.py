"""SET_METRICS: every metric of a set by name."""

from impasto.evaluation.sets.artfid import art_fid
from impasto.evaluation.sets.inception import fid, kid
from impasto.evaluation.sets.paired import dists, lpips
from impasto.evaluation.sets.set_metric import SetMetric

_ALL = (
    SetMetric(
        "fid", fid, "style", "lower", 0.0,
        "outputs and paintings as clouds in InceptionV3", "Heusel 2017", ("inception",), least=2,
    ),
    SetMetric(
        "kid", kid, "style", "lower", 0.0,
        "the same, unbiased, each picture once", "Bińkowski 2018", ("inception",), least=2,
    ),
    SetMetric(
        "lpips", lpips, "content", "lower", 0.0,
        "what people see as different, in AlexNet", "Zhang 2018", ("alexnet",),
    ),
    SetMetric(
        "dists", dists, "content", "lower", 0.0,
        "structure and texture, in VGG-16 of torchvision", "Ding 2022", ("vgg16",),
    ),
    SetMetric(
        "artfid", art_fid, "both", "lower", 1.0,
        "(1 + LPIPS) (1 + FID of paintings)", "Wright 2022", ("art-inception", "alexnet"), least=2,
    ),
)  # fmt: skip

SET_METRICS: dict[str, SetMetric] = {metric.name: metric for metric in _ALL}
"""None of them is in METRICS: they need a set, and networks that nobody may redistribute."""
