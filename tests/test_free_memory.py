"""What is free, in containers too, and what may be used of it."""

import psutil
import pytest
import torch

from impasto.memory import available_memory, set_memory_limit

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


@pytest.fixture
def no_limit():
    yield
    set_memory_limit(None)


def test_a_limit_counts_what_the_process_has_already(free, no_limit, tmp_path):
    held = psutil.Process().memory_info().rss
    set_memory_limit(held + GIB)
    assert available(tmp_path) == pytest.approx(GIB, rel=0.1)
    set_memory_limit(held // 2)
    assert available(tmp_path) == 0
    set_memory_limit(100 * GIB)
    assert available(tmp_path) == 64 * GIB
    set_memory_limit(None)
    assert available(tmp_path) == 64 * GIB


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_is_refused(limit):
    with pytest.raises(ValueError, match="expected a number above 0"):
        set_memory_limit(limit)
