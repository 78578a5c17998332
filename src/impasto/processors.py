"""How many processors there are for this process."""

import os
from pathlib import Path

from impasto.containers import control_groups


def usable_processors(root: Path = Path("/")) -> int:
    """Return how many threads of this process can really run at once.

    These are the processors that it may run on, or fewer in a container that has a share of them. A
    share is rounded down: of more threads than that one is always halted, and all wait for it.
    `root` is where the system's own files are.
    """
    try:
        there = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        there = os.cpu_count() or 1
    shares = [share for group in control_groups("cpu", root) for share in _share(group)]
    return max(1, int(min([there, *shares])))


def _share(group: Path) -> list[float]:
    """Return how many processors a group may use, if it has a limit."""
    try:
        quota, period = _quota(group)
        return [int(quota) / int(period)] if int(quota) > 0 else []  # -1: no limit
    except (OSError, ValueError):  # no such group here, or "max"
        return []


def _quota(group: Path) -> tuple[str, str]:
    """Return the time that a group may run within a time, in microseconds."""
    if (group / "cpu.max").is_file():
        quota, period = (group / "cpu.max").read_text().split()
        return quota, period
    return (group / "cpu.cfs_quota_us").read_text(), (group / "cpu.cfs_period_us").read_text()
