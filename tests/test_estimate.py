from dataclasses import replace
from itertools import islice

import pytest
import torch

from impasto import estimate as module
from impasto.contracts import Stage
from impasto.estimate import available_memory, check_memory, done_share, estimate
from impasto.job import prepare
from impasto.run import run
from impasto.wording import describe_bytes, describe_seconds


@pytest.fixture
def job(photo, painting):
    """64 x 46 pixels in the end."""
    return prepare(photo, painting, settings={"size": 64, "iterations": (3, 5)})


def limit_memory(monkeypatch, amount):
    monkeypatch.setattr(module, "available_memory", lambda device: amount)


def test_the_stages_are_the_methods(job, monkeypatch):
    monkeypatch.setattr(module, "CALIBRATION_SIZES", (40, 56))
    found = estimate(job)
    assert found.stages == tuple(job.recipe.method.plan(job.inputs))
    assert found.memory_bytes == max(stage.memory for stage in found.stages)
    assert found.memory_bytes < found.available_bytes
    assert found.seconds > 0


def test_a_run_that_fits_exactly_is_allowed(job, monkeypatch):
    needed = max(stage.memory for stage in job.recipe.method.plan(job.inputs))
    limit_memory(monkeypatch, needed / module.RESERVE + 1)
    check_memory(job)
    limit_memory(monkeypatch, needed / module.RESERVE - 1)
    with pytest.raises(ValueError, match="choose a size of at most 63"):
        check_memory(job)


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_the_size_that_is_named_fits_and_the_next_does_not(job, monkeypatch, share):
    def with_size(size):
        method = replace(job.recipe.method, size=size)
        return replace(job, recipe=replace(job.recipe, method=method))

    def memory(one):
        return max(stage.memory for stage in one.recipe.method.plan(one.inputs))

    large, least = with_size(512), memory(with_size(16))
    limit_memory(monkeypatch, (least + share * (memory(large) - least)) / module.RESERVE)
    with pytest.raises(ValueError, match=r"this run would need .* of memory") as error:
        estimate(large)
    largest = int(str(error.value).rsplit(" ", 1)[1])
    check_memory(with_size(largest))
    with pytest.raises(ValueError, match="would need"):
        check_memory(with_size(largest + 1))


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
    "seconds, words",
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (99.4, "99 s"), (99.6, "2 min"),
     (3599, "1 h 0 min"), (5400, "1 h 30 min")],
)  # fmt: skip
def test_describe_seconds(seconds, words):
    assert describe_seconds(seconds) == words


GIB = 2**30


def write_group(folder, values):
    folder.mkdir(parents=True)
    for name, value in values.items():
        (folder / name).write_text(f"{value}\n")


@pytest.fixture
def free(monkeypatch):
    """The system has 64 GiB free."""
    memory = type("memory", (), {"available": 64 * GIB})
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory)


def available(root):
    return available_memory(torch.device("cpu"), root)


def test_available_without_groups(free, tmp_path):
    assert available(tmp_path) == 64 * GIB


def test_available_in_a_container_of_version_two(free, tmp_path):
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/outer/inner\n")
    base = tmp_path / "sys/fs/cgroup"
    write_group(
        base / "outer",
        {
            "memory.max": 8 * GIB,
            "memory.current": 3 * GIB,
            "memory.stat": f"anon 5\ninactive_file {GIB}",
        },
    )
    write_group(
        base / "outer/inner",
        {"memory.max": "max", "memory.current": GIB, "memory.stat": "inactive_file 0"},
    )
    assert available(tmp_path) == 6 * GIB


def test_available_in_a_container_of_version_one(free, tmp_path):
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("4:cpu,memory:/job\n3:pids:/\n0::/\n")
    base = tmp_path / "sys/fs/cgroup/memory"
    unlimited = {"memory.limit_in_bytes": 2**63 - 4096, "memory.usage_in_bytes": GIB}
    write_group(base, unlimited | {"memory.stat": "inactive_file 0"})
    write_group(
        base / "job",
        {
            "memory.limit_in_bytes": 4 * GIB,
            "memory.usage_in_bytes": 3 * GIB,
            "memory.stat": f"inactive_file 5\ntotal_inactive_file {GIB}",
        },
    )
    assert available(tmp_path) == 2 * GIB


def test_a_full_container_has_nothing_left(free, tmp_path):
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text("0::/\n")
    full = {"memory.max": GIB, "memory.current": 2 * GIB, "memory.stat": "inactive_file 0"}
    write_group(tmp_path / "sys/fs/cgroup", full)
    assert available(tmp_path) == 0


def test_a_checkpoint_needs_memory_of_its_own(photo, painting, monkeypatch):
    """The plan knows the size of what is copied: it is what a step gives."""
    settings = {"size": 64, "iterations": (8,), "history": 100, "encoder": "random"}
    job = prepare(photo, painting, settings=settings)
    (stage,) = job.recipe.method.plan(job.inputs)
    *_, last = islice(run(job.recipe, job.inputs), 7)
    held = sum(value.numel() * value.itemsize for value in last.state().values())
    least = stage.state * (last.state()["optimizer.steps"].shape[0] * 24 + 72) / (100 * 24 + 72)
    assert 0.8 * least < held < 1.2 * least
    limit_memory(monkeypatch, round((stage.memory + 1.5 * stage.state) / module.RESERVE))
    check_memory(job, states=1)
    assert estimate(job, states=1).memory_bytes == stage.memory + stage.state
    with pytest.raises(ValueError, match="would need"):
        check_memory(job, states=2)
