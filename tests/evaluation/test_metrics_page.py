"""docs/metrics.md explains every metric that there is, and no other."""

import re
from pathlib import Path

from impasto.evaluation import METRICS
from impasto.evaluation.metrics.random_filters import SEED
from impasto.evaluation.vision import STYLE_LAYERS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")


def test_every_metric_is_explained():
    explained = {
        name
        for words in re.findall(r"^\*\*(.+?)\*\*", PAGE, re.MULTILINE)
        for name in re.findall(r"`(.+?)`", words)
    }
    layers = re.compile("|".join(STYLE_LAYERS))
    assert explained == {layers.sub("LAYER", name) for name in METRICS}


def test_the_readme_lists_the_page():
    _, _, lists = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Documentation")
    assert "(docs/metrics.md)" in lists.partition("##")[0]


def test_the_seed_of_the_random_filters_is_published():
    assert f"`RandomState({SEED})`" in PAGE
