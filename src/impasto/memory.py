"""How much memory there is, and how much of it may be used."""

from math import ceil
from pathlib import Path

import torch

from impasto.containers import control_groups
from impasto.errors import ImpastoError

RESERVE = 0.9
"""Share of the free memory that a run may plan with: a plan is an estimate, and a machine that
starts to swap is slower than any smaller picture."""

UNLIMITED = 2**60
"""Linux writes "no limit" as a number that no machine has."""

VERSION_2 = ("memory.max", "memory.current")
VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")
"""The files of control groups that say how much memory there is, and how much is used."""


def available_memory(device: torch.device, root: Path = Path("/")) -> int:
    """Return the bytes that this process can still get on a device.

    On the CPU that is what the system has free, or less in a container with a limit, or with a
    limit of its own. `root` is where the system's own files are.
    """
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    import psutil  # what only asks `impasto` for its recipes needs none of it

    limits = [left for group in control_groups("memory", root) for left in _container_limit(group)]
    free = min([psutil.virtual_memory().available, *limits])
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


def memory_limit() -> int | None:
    """Return the bytes that `set_memory_limit` allows; None: most of what is free."""
    return _limit


def _container_limit(group: Path) -> list[int]:
    """Return the free bytes of a control group, if it has a limit. Cached files count as free."""
    new = (group / "memory.max").is_file()
    limit, usage = VERSION_2 if new else VERSION_1
    try:
        most, used = int((group / limit).read_text()), int((group / usage).read_text())
        statistics = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    except (OSError, ValueError):  # no such group here, or "max"
        return []
    cached = int(statistics.get("total_inactive_file", statistics.get("inactive_file", 0)))
    return [] if most >= UNLIMITED else [max(0, most - used + cached)]
