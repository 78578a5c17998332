from dataclasses import replace
from itertools import islice

import pytest
import torch

from impasto import estimate as module
from impasto.contracts import Stage
from impasto.estimate import check_memory, done_share, estimate
from impasto.job import prepare
from impasto.memory import RESERVE, available_memory, usable
from impasto.run import run
from impasto.wording import bytes_of, describe_bytes, describe_seconds


@pytest.fixture
def job(photo, painting):
    """64 x 46 pixels in the end."""
    return prepare(photo, painting, settings={"size": 64, "iterations": (3, 5)})


def limit_memory(monkeypatch, amount):
    monkeypatch.setattr(module, "available_memory", lambda device: int(amount))


def with_size(job, size):
    method = replace(job.recipe.method, size=size)
    return replace(job, recipe=replace(job.recipe, method=method))


def test_the_stages_are_the_methods(job, monkeypatch):
    monkeypatch.setattr(module, "CALIBRATION_SIZES", (40, 56))
    free = available_memory(torch.device("cpu"))
    limit_memory(monkeypatch, free)
    found = estimate(job)
    assert found.stages == tuple(job.recipe.method.plan(job.inputs, memory=usable(free)))
    assert found.memory_bytes == max(stage.memory for stage in found.stages)
    assert found.memory_bytes < found.available_bytes
    assert found.seconds > 0


def test_a_run_that_fits_exactly_is_allowed(job, monkeypatch):
    job = with_size(job, 400)
    needed = max(stage.memory for stage in job.recipe.method.plan(job.inputs))
    limit_memory(monkeypatch, needed / RESERVE + 1)
    check_memory(job)
    limit_memory(monkeypatch, needed / RESERVE - 1)
    with pytest.raises(ValueError, match="choose a size of at most 399"):
        check_memory(job)


@pytest.mark.parametrize("share", [0.5, 0.1, 0.02])
def test_the_size_that_is_named_fits_and_the_next_does_not(job, monkeypatch, share):
    def memory(one):
        return max(stage.memory for stage in one.recipe.method.plan(one.inputs))

    # Two tiles would be too small; and below 300 pixels loading the network takes most.
    large, least = with_size(job, 500), memory(with_size(job, 300))
    limit_memory(monkeypatch, (least + share * (memory(large) - least)) / RESERVE)
    with pytest.raises(ValueError, match=r"this run would need .* of memory") as error:
        estimate(large)
    largest = int(str(error.value).rsplit(" ", 1)[1])
    check_memory(with_size(job, largest))
    with pytest.raises(ValueError, match="would need"):
        check_memory(with_size(job, largest + 1))


def test_what_is_freed_is_kept_where_there_is_room(job):
    """It is counted; a picture is rather computed whole without it than in tiles with it."""

    def last(one, memory):
        return one.recipe.method.plan(one.inputs, memory=memory)[-1]

    lean, roomy = last(job, None), last(job, 2**40)
    assert roomy.kept and roomy.memory > lean.memory and not lean.kept
    assert last(job, roomy.memory) == roomy
    assert last(job, roomy.memory - 1) == lean
    large = replace(job, recipe=replace(job.recipe, method=replace(job.recipe.method, size=4096)))
    in_large, in_small = (last(large, memory) for memory in (2**31, 2**29))
    assert in_large.tile >= 1024 and 0 < in_large.kept < roomy.kept
    assert in_small.tile < 1024 and not in_small.kept


def test_a_run_that_does_not_fit_whole_is_planned_in_tiles(photo, painting, monkeypatch):
    job = prepare(photo, painting, settings={"size": 1024, "iterations": (3, 5)})
    small, large = job.recipe.method.plan(job.inputs)
    limit_memory(monkeypatch, (small.memory + 0.7 * (large.memory - small.memory)) / RESERVE)
    left = check_memory(job)
    planned = job.recipe.method.plan(job.inputs, memory=left)
    assert [stage.tile is None for stage in planned] == [True, False]
    assert planned[1].memory <= left
    found = estimate(job)
    assert list(found.stages) == planned
    limit_memory(monkeypatch, large.memory / RESERVE + 1)
    assert estimate(job).seconds < found.seconds * 1.5


def test_histograms_cannot_be_tiled(photo, painting, monkeypatch):
    job = prepare(photo, painting, settings={"size": 1024, "histogram_weight": 1.0})
    needed = job.recipe.method.plan(job.inputs)[-1].memory
    limit_memory(monkeypatch, 0.9 * needed / RESERVE)
    with pytest.raises(ValueError, match="choose a size of at most"):
        check_memory(job)


def test_when_nothing_fits(job, monkeypatch):
    limit_memory(monkeypatch, 1000)
    with pytest.raises(ValueError, match="close other programs"):
        check_memory(job)


def test_a_panorama_is_calibrated_where_its_short_side_is_enough(painting):
    """At 96 x 6 pixels no evaluation is possible."""
    panorama = torch.rand(1, 3, 20, 320, generator=torch.Generator().manual_seed(0))
    settings = {"size": 1024, "iterations": (9,)}
    trial = module._trial(prepare(panorama, painting, settings=settings), 96)
    (stage,) = trial.recipe.method.plan(trial.inputs)
    assert stage.size == (48, 768)
    assert stage.evaluations == module.CALIBRATION_EVALUATIONS


def test_a_small_job_is_its_own_trial(job):
    (stage,) = module._trial(job, 224).recipe.method.plan(job.inputs)
    assert stage.size == (46, 64)


def test_time_is_fitted_with_a_fixed_cost():
    """Evaluations of 1 s and 1 s per 100 pixels, and one more for each stage."""
    stages = [Stage((10, 10), 4, 0), Stage((20, 20), 9, 0)]
    predicted = module._predict(stages, [(50, 1.5), (150, 2.5)])
    assert predicted == pytest.approx(5 * 2 + 10 * 5)


@pytest.mark.parametrize("measured", [[(100, 2.0), (100, 2.0)], [(50, 3.0), (100, 2.0)]])
def test_time_without_two_sizes_or_with_noise(measured):
    predicted = module._predict([Stage((20, 20), 9, 0)], measured)
    assert 10 * 8 <= predicted <= 10 * 10


def test_a_run_takes_about_as_long_as_was_said(photo, painting):
    """Within a factor of four, on a machine that does other things meanwhile."""
    from impasto.result import finish
    from impasto.run import run

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    job = prepare(photo, painting, settings={"size": 128, "iterations": (12,)})
    found = estimate(job)
    taken = finish(job, run(job.recipe, job.inputs)).seconds
    torch.set_num_threads(threads)
    assert taken / 4 < found.seconds < taken * 4


def test_done_share_counts_pixels():
    stages = [Stage((10, 10), 4, 0), Stage((20, 20), 9, 0)]
    assert done_share(stages, 0) == 0
    assert done_share(stages, 2) == pytest.approx(200 / 4000)
    assert done_share(stages, 4) == pytest.approx(400 / 4000)
    assert done_share(stages, 5) == pytest.approx(800 / 4000)
    assert done_share(stages, 13) == 1


@pytest.mark.parametrize(
    "amount, words",
    [(1e5, "0.1 MB"), (123_456_789, "123 MB"), (1e9, "1 GB"), (2.345e10, "23.4 GB"),
     (9.6e16, "96,000.0 TB")],
)  # fmt: skip
def test_describe_bytes(amount, words):
    assert describe_bytes(amount) == words


@pytest.mark.parametrize(
    "text, amount",
    [("1.5GiB", 3 * 2**29), ("800 MB", 800_000_000), ("2g", 2_000_000_000), ("64KiB", 65536),
     ("1000", 1000), (" .5TB ", 500_000_000_000), ("3 B", 3)],
)  # fmt: skip
def test_bytes_of(text, amount):
    assert bytes_of(text) == amount


@pytest.mark.parametrize("text", ["", "much", "-1GB", "1.5 XB", "1iB", "GB", "1e9", "nan", "1,5GB"])
def test_what_is_no_amount(text):
    with pytest.raises(ValueError, match=r"expected one such as 1\.5GiB"):
        bytes_of(text)


@pytest.mark.parametrize(
    "seconds, words",
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (99.4, "99 s"), (99.6, "2 min"),
     (3599, "1 h 0 min"), (5400, "1 h 30 min")],
)  # fmt: skip
def test_describe_seconds(seconds, words):
    assert describe_seconds(seconds) == words


def test_the_state_that_a_run_was_resumed_from_needs_memory(photo, painting, monkeypatch):
    """The plan knows its size: it is what a step gives."""
    settings = {"size": 64, "iterations": (8,), "history": 100, "encoder": "random"}
    job = prepare(photo, painting, settings=settings)
    (stage,) = job.recipe.method.plan(job.inputs)
    *_, last = islice(run(job.recipe, job.inputs), 7)
    held = sum(value.numel() * value.itemsize for value in last.state().values())
    pairs = sum(name.startswith("optimizer.step") for name in last.state())
    least = stage.state * (pairs * 24 + 72) / (100 * 24 + 72)
    assert 0.8 * least < held < 1.2 * least
    limit_memory(monkeypatch, round((stage.memory + 0.5 * stage.state) / RESERVE))
    assert check_memory(job) > stage.memory
    with pytest.raises(ValueError, match="would need"):
        check_memory(job, resumed=True)


def test_a_very_large_picture_needs_room_on_the_disk(photo, painting, monkeypatch):
    monkeypatch.setattr("impasto.methods.gatys_memory.LARGE", 12 * 48 * 48)
    small, large = (
        prepare(photo, painting, settings={"size": size, "iterations": (2,), "encoder": "random"})
        for size in (40, 64)
    )
    assert small.recipe.method.plan(small.inputs)[0].disk == 0
    (stage,) = large.recipe.method.plan(large.inputs)
    assert stage.disk > 10 * 24 * 64 * 48  # ten pairs
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("usage", (), {"free": stage.disk}))
    check_memory(large)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("usage", (), {"free": 1000}))
    check_memory(small)
    with pytest.raises(ValueError, match="of disk in"):
        check_memory(large)


def test_a_state_on_the_shelf_needs_disk_and_no_memory(photo, painting, monkeypatch):
    """A poster could never be resumed if what it began with had to fit into memory as well."""
    monkeypatch.setattr("impasto.methods.gatys_memory.LARGE", 12 * 48 * 48)
    settings = {"size": 64, "iterations": (8,), "history": 100, "encoder": "random"}
    job = prepare(photo, painting, settings=settings)
    (stage,) = job.recipe.method.plan(job.inputs)
    limit_memory(monkeypatch, round((stage.memory + 0.5 * stage.state) / RESERVE))
    whole = check_memory(job)
    assert check_memory(job, resumed=True) == whole
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("usage", (), {"free": stage.disk}))
    assert check_memory(job) == whole
    with pytest.raises(ValueError, match="of disk in"):
        check_memory(job, resumed=True)
