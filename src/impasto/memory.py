"""How much memory there is, and how much of it may be used."""

from math import ceil
from pathlib import Path

import torch

from impasto.errors import ImpastoError

RESERVE = 0.9
"""Share of the free memory that a run may plan with: a plan is an estimate, and a machine that
starts to swap is slower than any smaller picture."""

UNLIMITED = 2**60
"""Linux writes "no limit" as a number that no machine has."""


def available_memory(device: torch.device, root: Path = Path("/")) -> int:
    """Return the bytes that this process can still get on a device.

    On the CPU that is what the system has free, or less in a container with a limit, or with a
    limit of its own. `root` is where the system's own files are.
    """
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    import psutil  # what only asks `impasto` for its recipes needs none of it

    free = min([psutil.virtual_memory().available, *_container_limits(root)])
    if _limit is None:
        return free
    return max(0, min(free, _limit - psutil.Process().memory_info().rss))


def usable(free: int) -> int:
    """Return how many of the bytes that are free a run may plan with."""
    return int(RESERVE * free)


_limit: int | None = None


def limit_for(amount: int) -> int | None:
    """Return the limit with which so many bytes could be used; None: there is no limit.

    It leaves room for this process to grow a little, as it does from one start to the next.
    """
    if _limit is None:
        return None
    import psutil

    return ceil((psutil.Process().memory_info().rss + amount) / RESERVE)


def set_memory_limit(limit: int | None) -> None:
    """Let this process use so many bytes at most, all in all; None: most of what is free.

    Runs that begin later are planned so, tile by tile if need be. On the CPU only.

    Raises:
        ValueError: it is no number above 0.
    """
    global _limit
    if limit is not None and limit <= 0:
        raise ImpastoError(f"the limit of memory is {limit} bytes; expected a number above 0")
    _limit = limit


def _container_limits(root: Path) -> list[int]:
    """Return what each control group of Linux that this process is in leaves of its limit."""
    try:
        groups = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:  # another system
        return []
    left: list[int] = []
    for line in groups:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            base, limit, usage = root / "sys/fs/cgroup", "memory.max", "memory.current"
        elif "memory" in controllers.split(","):
            base = root / "sys/fs/cgroup/memory"
            limit, usage = "memory.limit_in_bytes", "memory.usage_in_bytes"
        else:
            continue
        folder = base / path.lstrip("/")
        for group in [folder, *folder.parents]:
            left += _left(group, limit, usage)
            if group == base:
                break
    return left


def _left(group: Path, limit: str, usage: str) -> list[int]:
    """Return the free bytes of one group, if it has a limit. Cached files count as free."""
    try:
        most, used = int((group / limit).read_text()), int((group / usage).read_text())
        statistics = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no such group here, or "max"
        return []
    cached = int(statistics.get("total_inactive_file", statistics.get("inactive_file", 0)))
    return [] if most >= UNLIMITED else [max(0, most - used + cached)]
