"""How many threads can run at once, in containers too."""

import pytest

from impasto.processors import usable_processors


@pytest.fixture
def eight(monkeypatch):
    """The process may run on eight processors."""
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(8)), raising=False)


def in_group(root, line, groups):
    """Write the files of control groups: which one this process is in, and what each holds."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(line)
    for folder, files in groups.items():
        (root / "sys/fs/cgroup" / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (root / "sys/fs/cgroup" / folder / name).write_text(f"{text}\n")
    return root


def test_processors_without_groups(eight, tmp_path):
    assert usable_processors(tmp_path) == 8


def test_another_system_counts_all(monkeypatch, tmp_path):
    monkeypatch.delattr("os.sched_getaffinity", raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert usable_processors(tmp_path) == 6
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert usable_processors(tmp_path) == 1


@pytest.mark.parametrize(
    "text, count", [("max 100000", 8), ("300000 100000", 3), ("250000 100000", 2), ("5 10", 1)]
)
def test_a_share_in_version_two(eight, tmp_path, text, count):
    groups = {"outer": {"cpu.max": text}, "outer/inner": {"cpu.max": "max 100000"}}
    assert usable_processors(in_group(tmp_path, "0::/outer/inner\n", groups)) == count


@pytest.mark.parametrize("quota, count", [(-1, 8), (150000, 1), (400000, 4), (9900000, 8)])
def test_a_share_in_version_one(eight, tmp_path, quota, count):
    files = {"cpu.cfs_quota_us": quota, "cpu.cfs_period_us": 100000}
    root = in_group(tmp_path, "4:cpu,cpuacct:/job\n3:pids:/\n0::/\n", {"cpu/job": files})
    assert usable_processors(root) == count


def test_files_that_say_something_else(eight, tmp_path):
    assert usable_processors(in_group(tmp_path, "0::/\n", {".": {"cpu.max": "many"}})) == 8
