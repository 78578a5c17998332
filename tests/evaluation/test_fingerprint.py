from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from impasto.evaluation import fingerprint
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.fingerprint import code_fingerprint, metric_fingerprint


@pytest.fixture
def edit(tmp_path, monkeypatch):
    """Pretend that the source of a module is another one."""

    def pretend(module, change):
        source = Path(find_spec(module).origin).read_text()
        assert change(source) != source
        path = tmp_path / "edited.py"
        path.write_text(change(source))
        monkeypatch.setattr(
            fingerprint,
            "find_spec",
            lambda name: SimpleNamespace(origin=path) if name == module else find_spec(name),
        )
        forget()

    def forget():
        code_fingerprint.cache_clear()
        fingerprint._look_at.cache_clear()

    yield pretend
    monkeypatch.undo()
    forget()


def keys():
    return {name: metric_fingerprint(METRICS[name]) for name in ("ssim", "color", "gram-relu1_1")}


def changed(before):
    return {name for name, key in keys().items() if key != before[name]}


def test_every_metric_has_its_own():
    assert len({metric_fingerprint(metric) for metric in METRICS.values()}) == len(METRICS)


def test_code_counts_and_words_do_not(edit):
    before = keys()
    edit("impasto.evaluation.metrics.ssim", lambda code: code.replace("WINDOW = 11", "WINDOW = 9"))
    assert changed(before) == {"ssim"}
    edit("impasto.evaluation.metrics.ssim", lambda code: "# a remark\n" + code + '\n"""More."""\n')
    assert changed(before) == set()


@pytest.mark.parametrize(
    "module, names",
    [
        ("impasto.evaluation.vision", {"gram-relu1_1"}),
        ("impasto.networks.vgg", {"gram-relu1_1"}),  # which the encoder of vision imports
        ("impasto.evaluation.views", {"ssim", "color", "gram-relu1_1"}),
    ],
)
def test_what_a_metric_imports_counts(edit, module, names):
    before = keys()
    edit(module, lambda code: code + "\nchanged = 1\n")
    assert changed(before) >= names
    if "ssim" not in names:
        assert "ssim" not in changed(before)


def test_data_beside_the_metrics_count(monkeypatch, tmp_path):
    before = keys()
    (tmp_path / "bases.safetensors").write_bytes(b"other values")
    fingerprint._data.cache_clear()
    monkeypatch.setattr(fingerprint, "files", lambda package: tmp_path)
    assert changed(before) == set(before)
    monkeypatch.undo()
    fingerprint._data.cache_clear()
