"""`impasto stylize --dry-run`: what would be done, how long it takes and how much memory."""

import json
from typing import Any

from rich.console import Console
from rich.table import Table

from impasto.cli.exits import OK
from impasto.cli.terminal import say
from impasto.estimate import Estimate, estimate
from impasto.job import Job
from impasto.wording import describe_bytes, describe_seconds


def dry_run(job: Job, *, as_json: bool) -> int:
    """Estimate a job and show it; return the exit code.

    Raises:
        ValueError: it doesn't fit into memory.
    """
    found = estimate(job)
    if as_json:
        print(json.dumps(_record(job, found)))
        return OK
    for note in job.notes:
        say(note)
    table = Table("size", "evaluations", "memory", "", box=None, header_style="bold")
    for stage in found.stages:
        h, w = stage.size
        tiles = f"in tiles of {stage.tile} pixels" if stage.tile else ""
        disk = f"and {describe_bytes(stage.disk)} of disk" if stage.disk else ""
        memory = describe_bytes(stage.memory)
        table.add_row(f"{w} x {h}", str(stage.evaluations), memory, " ".join([disk, tiles]).strip())
    Console().print(table)
    needed, free = describe_bytes(found.memory_bytes), describe_bytes(found.available_bytes)
    print(f"{job.recipe.name}: about {describe_seconds(found.seconds)}; {needed} of {free} memory")
    return OK


def _record(job: Job, found: Estimate) -> dict[str, Any]:
    stages = [
        {
            "size": [stage.size[1], stage.size[0]],
            "evaluations": stage.evaluations,
            "memory_bytes": stage.memory,
            "disk_bytes": stage.disk,
            "tile": stage.tile,
        }
        for stage in found.stages
    ]
    return {
        "recipe": job.recipe.name,
        "method": job.recipe.method.name,
        "seed": job.seed,
        "stages": stages,
        "seconds": round(found.seconds, 1),
        "memory_bytes": found.memory_bytes,
        "available_bytes": found.available_bytes,
        "notes": list(job.notes),
    }
