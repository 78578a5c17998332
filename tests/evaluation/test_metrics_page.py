"""docs/metrics.md explains every metric that there is, and no other."""

import re
from pathlib import Path

from impasto.evaluation import METRICS
from impasto.evaluation.vision import STYLE_LAYERS

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_every_metric_is_explained():
    explained = {
        name
        for words in re.findall(r"^\*\*(.+?)\*\*", PAGE, re.MULTILINE)
        for name in re.findall(r"`(.+?)`", words)
    }
    layers = re.compile("|".join(STYLE_LAYERS))
    assert explained == {layers.sub("LAYER", name) for name in METRICS}
