"""`impasto evaluate --network NAME=FILE`: metrics of sets in a table."""

import hashlib
import json
import re
import sys
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest
import torch

from impasto.cli.evaluate import table as evaluate_table
from impasto.evaluation.sets import NETWORKS, SET_METRICS, SetMetric
from impasto.evaluation.sets.networks import Network

LPIPS = SET_METRICS["lpips"]
WORDS = ("evaluate", "--pairs", "pairs.csv", "-o", "table", "--size", "32", "--metrics", "color")


def brighter(outputs, contents, styles, networks):
    """How much brighter outputs are than contents; for one output there is no such number."""
    values = [(a.mean() - b.mean()).item() for a, b in zip(outputs, contents, strict=True)]
    assert len(styles) == len(values)
    return float(np.mean(values)) + networks["alexnet"].tensors["offset"].item()


@pytest.fixture
def network(folder, monkeypatch):
    """A network of one number, the metric that it defines, and two pairs."""
    path = folder / "offset.pth"
    torch.save({"offset": torch.tensor(10.0)}, path)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    monkeypatch.setitem(NETWORKS, "alexnet", Network(path.name, "published by a test", sha256))
    metric = SetMetric("lpips", brighter, "content", "lower", 0.0, "", "", ("alexnet",), least=2)
    monkeypatch.setitem(SET_METRICS, "lpips", metric)
    pairs = "content,style\nphoto.png,painting.png\nphoto.png,another.png\n"
    (folder / "pairs.csv").write_text(pairs)
    (folder / "peer").mkdir()
    pixels = np.asarray(PIL.Image.open(folder / "photo.png"))
    for style in ("painting", "another"):
        PIL.Image.fromarray(255 - pixels).save(folder / f"peer/photo--{style}.png")
    return path


def test_each_row_is_a_set(impasto, network, folder):
    code, _, _ = impasto(*WORDS, "--given", "peer=peer", "--network", f"alexnet={network}")
    assert code == 0
    sets = json.loads((folder / "table/table.json").read_text())["sets"]
    photo = np.asarray(PIL.Image.open(folder / "photo.png")) / 255
    assert sets["content unchanged"]["lpips"] == pytest.approx(10, abs=0.01)
    assert sets["peer"]["lpips"] == pytest.approx(10 + (1 - 2 * photo).mean(), abs=0.01)
    assert "lpips, lower is better" in (folder / "table/report.md").read_text()
    assert 'id="sets"' in (folder / "table/report.html").read_text()


def test_without_networks_there_are_none(impasto, network, folder):
    assert impasto(*WORDS, "--given", "peer=peer")[0] == 0
    assert not any(json.loads((folder / "table/table.json").read_text())["sets"].values())
    assert "## Sets" not in (folder / "table/report.md").read_text()
    assert 'id="sets"' not in (folder / "table/report.html").read_text()


def test_a_set_that_a_metric_refuses_is_a_note(impasto, network, folder):
    (folder / "peer/photo--another.png").unlink()
    code, _, err = impasto(*WORDS, "--given", "peer=peer", "--network", f"alexnet={network}")
    assert code == 0
    assert "lpips has no number for peer: lpips got a set of 1; expected at least 2" in err
    sets = json.loads((folder / "table/table.json").read_text())["sets"]
    assert "lpips" not in sets["peer"]
    assert "lpips" in sets["style unchanged"]


def test_a_set_is_measured_once(impasto, network, folder, monkeypatch):
    """As every picture is: the second time only what has changed."""
    words = (*WORDS, "--given", "peer=peer", "--network", f"alexnet={network}")
    looked = []

    def counted(outputs, *others):
        looked.append(len(outputs))
        return brighter(outputs, *others)

    counted.__module__ = brighter.__module__
    monkeypatch.setitem(SET_METRICS, "lpips", replace(SET_METRICS["lpips"], measure=counted))
    assert impasto(*words)[0] == 0
    first, whole = json.loads((folder / "table/table.json").read_text())["sets"], len(looked)
    assert impasto(*words)[0] == 0
    assert json.loads((folder / "table/table.json").read_text())["sets"] == first
    assert len(looked) == whole + 1  # the trial on noise
    (folder / "peer/photo--another.png").write_bytes((folder / "painting.png").read_bytes())
    assert impasto(*words)[0] == 0
    changed = json.loads((folder / "table/table.json").read_text())["sets"]
    assert [row for row in first if changed[row] != first[row]] == ["peer"]
    (folder / "table/cells/sets.json").write_text("[1]")
    assert impasto(*words)[0] == 0
    assert json.loads((folder / "table/table.json").read_text())["sets"] == changed


def set_line(folder):
    """What the report says of the metric."""
    return re.search(r"^\| lpips, .*$", (folder / "table/report.md").read_text(), re.M).group()


def test_a_set_with_fewer_pictures_is_not_the_best(impasto, network, folder, monkeypatch):
    monkeypatch.setitem(SET_METRICS, "lpips", replace(SET_METRICS["lpips"], least=1))
    (folder / "other").mkdir()
    for name in ("photo--painting.png", "photo--another.png"):
        (folder / "other" / name).write_bytes((folder / "photo.png").read_bytes())
    given = ("--given", "peer=peer", "--given", "other=other")
    assert impasto(*WORDS, *given, "--network", f"alexnet={network}")[0] == 0
    assert "**" in set_line(folder)
    (folder / "peer/photo--another.png").unlink()
    assert impasto(*WORDS, *given, "--network", f"alexnet={network}")[0] == 0
    assert "**" not in set_line(folder) and "(1 of 2)" in set_line(folder)


MISHAPS = {
    "Ctrl-C": (
        KeyboardInterrupt(),
        130,
        "stopped at the metrics of sets; the table is there without them; the same command goes on "
        "there",
    ),
    "memory": (MemoryError(), 1, "the memory of this machine is full"),
    "a bug": (FileNotFoundError(2, "No such file", "x"), 1, "this should not happen"),
}


@pytest.mark.parametrize(("error", "exit_code", "sentence"), MISHAPS.values(), ids=MISHAPS)
def test_whatever_happens_to_sets_the_table_is_there(
    impasto, network, folder, monkeypatch, error, exit_code, sentence
):
    def fail(*_):
        raise error

    monkeypatch.setattr(evaluate_table, "with_sets", fail)
    code, _, err = impasto(*WORDS, "--given", "peer=peer", "--network", f"alexnet={network}")
    assert code == exit_code
    assert err.startswith(f"impasto: {sentence}")
    assert err.count("\n") == 1
    cells = json.loads((folder / "table/table.json").read_text())["cells"]
    assert len(cells) == 8 and all("color" in cell["scores"] for cell in cells)
    assert (folder / "table/report.html").is_file()


def test_a_package_that_is_missing_is_told_before_anything_is_made(
    impasto, network, folder, monkeypatch
):
    monkeypatch.setitem(SET_METRICS, "lpips", LPIPS)
    monkeypatch.setitem(sys.modules, "lpips", None)
    code, _, err = impasto(*WORDS, "--given", "peer=peer", "--network", f"alexnet={network}")
    assert code == 2
    assert err.startswith("impasto: lpips needs the package lpips, which cannot be imported (")
    assert err.endswith("; expected the extra eval; pip install 'impasto[eval]'\n")
    assert not (folder / "table").exists()


MISTAKES = {
    "no file": (["alexnet"], "--network is 'alexnet'; expected NAME=FILE"),
    "twice": (["alexnet=a", "alexnet=b"], "--network names a network twice"),
    "unknown": (["resnet=offset.pth"], "'resnet' is not a network"),
    "missing": (["alexnet=nowhere.pth"], "nowhere.pth can't be read (No such file or directory)"),
    "another file": (["alexnet=photo.png"], "photo.png is another file"),
    "not enough": (["art-inception=art.pth"], "artfid needs alexnet too"),
}


@pytest.mark.parametrize(("words", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_before_anything_is_made(impasto, network, folder, words, sentence):
    holds = ("Conv2d_1a_3x3.conv.weight", "Mixed_7c.branch_pool.conv.weight", "fc2.weight")
    torch.save(dict.fromkeys(holds, torch.zeros(1)), folder / "art.pth")
    flags = [word for each in words for word in ("--network", each)]
    code, _, err = impasto(*WORDS, "--given", "peer=peer", *flags)
    assert code == 2
    assert sentence in err
    assert err.count("\n") == 1
    assert not (folder / "table").exists()
