"""Nothing is made twice, nothing is kept that is not so any more, and no moment is a bad one."""

import json
import shutil
from dataclasses import replace

import pytest
from grey_row import Grey

from impasto.evaluation import fill as filling
from impasto.evaluation import store as storing
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.fill import fill
from impasto.evaluation.pairs import read_pairs
from impasto.evaluation.store import Store
from impasto.images.read import load_image
from impasto.images.write import save_image

PAIRS = ("photos/cat.png,paintings/wave.png", "photos/dog.png,paintings/night.png")


@pytest.fixture
def pairs(write_pairs):
    return read_pairs(write_pairs(*PAIRS))


@pytest.fixture
def folder(originals):
    return originals / "out"


@pytest.fixture
def measured(monkeypatch):
    """Note which metrics are measured."""
    names = []
    original = filling.measure

    def measure(output, content, style, metrics):
        names.extend(metric.name for metric in metrics)
        return original(output, content, style, metrics)

    monkeypatch.setattr(filling, "measure", measure)
    return names


def test_every_cell_pair_by_pair(pairs, plan, folder):
    grey = Grey()
    suite = plan(pairs, grey)
    cells = list(fill(suite, Store(folder)))
    controls = ["content unchanged", "style unchanged", "color transfer only"]
    assert [cell.row for cell in cells] == 2 * [*controls, "grey"]
    assert [cell.pair for cell in cells[::4]] == [("cat", "wave"), ("dog", "night")]
    assert grey.made == ["cat--wave", "dog--night"]
    for cell in cells:
        assert set(cell.scores) == {"ssim", "color"}
        assert (folder / cell.picture).is_file()
    assert cells[0].seconds is cells[0].memory is None
    assert (cells[3].seconds, cells[3].memory) == (1.5, 1000)
    assert cells[3].picture == "pictures/grey/cat--wave.png"


def test_controls_have_the_size_of_the_results(pairs, plan, folder):
    cells = list(fill(plan(pairs), Store(folder)))
    sizes = [tuple(load_image(folder / cell.picture).shape[-2:]) for cell in cells[:3]]
    assert sizes == [(29, 40), (40, 30), (29, 40)]  # of 40 x 56 and 48 x 36 pixels
    assert cells[0].scores["ssim"] == pytest.approx(1, abs=1e-4)  # it was saved in 8 bits
    assert cells[1].scores["color"] == pytest.approx(0, abs=0.2)


def test_nothing_is_made_or_measured_twice(pairs, plan, folder, measured):
    grey = Grey()
    first = list(fill(plan(pairs, grey), Store(folder)))
    measured.clear()
    assert list(fill(plan(pairs, grey), Store(folder))) == first
    assert (grey.made, measured) == (["cat--wave", "dog--night"], [])


def test_what_changed_is_made_anew(pairs, plan, folder, originals, write_pairs, photo, measured):
    grey = Grey()
    list(fill(plan(pairs, grey), Store(folder)))
    grey.made.clear()
    measured.clear()
    list(fill(plan(pairs, replace(grey, wanted={"version": 2})), Store(folder)))
    assert grey.made == ["cat--wave", "dog--night"]
    assert measured == []  # what was made is the same picture again
    grey.made.clear()
    save_image(originals / "photos/cat.png", 1 - photo)
    changed = read_pairs(write_pairs(*PAIRS))
    list(fill(plan(changed, replace(grey, wanted={"version": 2})), Store(folder)))
    assert grey.made == ["cat--wave"]
    assert measured == 4 * ["ssim", "color"]  # the controls and the row of one pair


def test_new_metrics_are_measured_on_the_pictures_that_are_there(pairs, plan, folder, measured):
    grey = Grey()
    list(fill(plan(pairs, grey, metrics=[METRICS["ssim"]]), Store(folder)))
    measured.clear()
    cells = list(fill(plan(pairs, grey), Store(folder)))
    assert grey.made == ["cat--wave", "dog--night"]
    assert measured == len(cells) * ["color"]
    fewer = list(fill(plan(pairs, grey, metrics=[METRICS["color"]]), Store(folder)))
    assert [cell.scores for cell in fewer] == [{"color": c.scores["color"]} for c in cells]


def test_a_metric_whose_code_changed_is_measured_again(pairs, plan, folder, measured, monkeypatch):
    grey = Grey()
    list(fill(plan(pairs, grey), Store(folder)))
    measured.clear()
    original = filling.metric_fingerprint
    monkeypatch.setattr(
        filling,
        "metric_fingerprint",
        lambda metric: "new" if metric.name == "ssim" else original(metric),
    )
    list(fill(plan(pairs, grey), Store(folder)))
    assert set(measured) == {"ssim"}
    assert grey.made == ["cat--wave", "dog--night"]


def test_a_refusal_is_kept_as_well(pairs, plan, folder, measured):
    suite = plan(pairs, metrics=[METRICS["ms-ssim"], METRICS["ssim"]])
    first = list(fill(suite, Store(folder)))
    measured.clear()
    assert list(fill(suite, Store(folder))) == first
    assert measured == []
    assert list(first[0].scores) == ["ssim"]
    assert first[0].refusals["ms-ssim"].startswith("the output is 40 pixels wide")


def test_a_cell_that_fails_stops_no_other_and_is_tried_again(pairs, plan, folder):
    grey = Grey(fails_on="cat--wave")
    cells = [c for c in fill(plan(pairs, grey), Store(folder)) if c.row == "grey"]
    assert [cell.failure for cell in cells] == ["no picture today", ""]
    assert (cells[0].picture, cells[0].scores) == ("", {})
    better = replace(grey, fails_on="")
    cells = [c for c in fill(plan(pairs, better), Store(folder)) if c.row == "grey"]
    assert [cell.failure for cell in cells] == ["", ""]
    assert grey.made == ["cat--wave", "dog--night", "cat--wave"]


def test_a_mistake_of_ours_is_no_cell(pairs, plan, folder, monkeypatch):
    """Stored as a refusal, it would be believed for ever."""

    def make(self, pair, store, picture):
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr(Grey, "make", make)
    with pytest.raises(ValueError, match="operands could not be broadcast"):
        list(fill(plan(pairs, Grey()), Store(folder)))


def damage(path):
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize("victim", ["pictures/grey", "cells/pictures/grey"])
@pytest.mark.parametrize("harm", [damage, lambda path: path.unlink()], ids=["damaged", "gone"])
def test_a_damaged_file_is_made_again(pairs, plan, folder, victim, harm):
    grey = Grey()
    first = list(fill(plan(pairs, grey), Store(folder)))
    grey.made.clear()
    harm(next((folder / victim).glob("cat--wave.*")))
    assert list(fill(plan(pairs, grey), Store(folder))) == first
    assert grey.made == ["cat--wave"]


@pytest.mark.parametrize(
    "stored",
    [
        b"", b"null", b"[]", b"{}", b"\xff", b"[" * 100_000, b'{"scores": 3}',
        b'{"scores": {"ssim": {"key": "k", "number": NaN}}, "asked": {}, "sha256": ""}',
        b'{"scores": {"ssim": {"key": "k", "number": 1e999}}, "asked": {}, "sha256": ""}',
        b'{"scores": {"ssim": {"key": "k", "number": "1"}}, "asked": {}, "sha256": ""}',
        b'{"scores": {"ssim": {"key": "k", "numbers": 1}}, "asked": {}, "sha256": ""}',
        b'{"scores": {}, "asked": {}, "sha256": "", "more": 1}',
        b'{"scores": {}, "asked": [], "sha256": ""}',
        b'{"scores": {}, "asked": {}, "sha256": "", "seconds": 1' + b"0" * 400 + b"}",
    ],
    ids=lambda stored: stored[:60].decode("latin-1"),
)  # fmt: skip
def test_what_is_no_record_is_made_again(pairs, plan, folder, stored):
    grey = Grey()
    first = list(fill(plan(pairs, grey), Store(folder)))
    (folder / "cells/pictures/grey/cat--wave.json").write_bytes(stored)
    grey.made.clear()
    assert list(fill(plan(pairs, grey), Store(folder))) == first
    assert grey.made == ["cat--wave"]


class PowerCut(BaseException):
    """The end of the process."""


@pytest.fixture
def cut_after(monkeypatch):
    """End everything before or after so many more writes."""
    original = storing.write_atomically

    def arrange(writes):
        left = iter(range(writes))

        def write(path, data, **options):
            if next(left, None) is None:
                raise PowerCut
            original(path, data, **options)

        monkeypatch.setattr(storing, "write_atomically", write)
        monkeypatch.setattr("impasto.images.destination.write_atomically", write)

    yield arrange
    monkeypatch.undo()


def test_an_interruption_at_any_moment_loses_nothing_that_was_finished(
    pairs, plan, folder, cut_after
):
    """Each of four cells has three writes: its picture, its record, the record with scores."""
    pairs = pairs[:1]
    expected = list(fill(plan(pairs, Grey()), Store(folder)))
    for writes in range(12):
        shutil.rmtree(folder)
        cut_after(writes)
        grey = Grey()
        with pytest.raises(PowerCut):
            list(fill(plan(pairs, grey), Store(folder)))
        cut_after(1000)
        assert list(fill(plan(pairs, grey), Store(folder))) == expected
        # The last picture is made a second time only if it, or its record, was not yet written.
        lost = writes in (9, 10)
        assert len(grey.made) == 1 + lost
    finished = json.loads((folder / "cells/pictures/grey/cat--wave.json").read_text())
    assert finished["scores"]["ssim"]["number"] == expected[3].scores["ssim"]


def test_a_folder_that_fills_up_ends_it(pairs, plan, folder, monkeypatch):
    """Every cell after it would be made in vain."""

    def full(path, data, **options):
        raise OSError(28, "No space left on device")

    grey = Grey()
    monkeypatch.setattr("impasto.images.destination.write_atomically", full)
    with pytest.raises(OSError, match=r"cat--wave.png can't be saved \(No space left on device"):
        list(fill(plan(pairs, grey), Store(folder)))
    assert grey.made == []
