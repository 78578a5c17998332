"""The memory that runs take beside what was planned: where the constants of the plan come from.

Each run has a process of its own, whose highest use of memory is compared with the plan; what the
process held after `import impasto` is taken off, since no plan counts it. Prints a line per run.

    python benchmarks/memory.py --sizes 96 256 --recipes standard neural-style-2015 --checkpoint
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from impasto.checkpoint import Checkpoint, save_checkpoint
from impasto.isolated import peak_memory
from impasto.job import Job, prepare
from impasto.run import run

EXAMPLES = Path(__file__).parents[1] / "examples"
CONTENT, STYLE = EXAMPLES / "cat.jpg", EXAMPLES / "great_wave.jpg"
EVALUATIONS = 12
"""Enough for a history of ten pairs, and for what only the first ones allocate."""


def measure(recipe: str, settings: dict[str, Any], *, checkpoint: bool) -> dict[str, Any]:
    """Run a recipe at one scale in this process; return the bytes that were planned and taken."""
    began = peak_memory() or 0
    asked = {"iterations": (EVALUATIONS,), **settings}
    job = prepare(CONTENT, STYLE, recipe=recipe, settings=asked)
    stages = job.recipe.method.plan(job.inputs)
    planned = max(stage.memory for stage in stages)
    with tempfile.TemporaryDirectory() as folder:
        for step in islice(run(job.recipe, job.inputs), sum(asked["iterations"])):
            if checkpoint and step.state is not None:
                saved = Checkpoint(job.describe(), {}, 0.0, step.index, step.state())
                save_checkpoint(Path(folder, "run"), saved)
                del saved
    taken = (peak_memory() or 0) - began
    return {"recipe": recipe, "size": size_of(job), "planned": planned, "taken": taken}


def size_of(job: Job) -> list[int]:
    """Return width and height of the result."""
    h, w = job.recipe.method.plan(job.inputs)[-1].size
    return [w, h]


def in_processes(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield what each run took, every one in a new process."""
    for recipe in arguments.recipes:
        for size in arguments.sizes:
            settings = {**json.loads(arguments.settings), "size": size}
            command = [sys.executable, __file__, "--one", recipe, json.dumps(settings)]
            command += ["--checkpoint"] if arguments.checkpoint else []
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            yield json.loads(done.stdout)


def main(words: Sequence[str] | None = None) -> None:
    """Measure every recipe at every size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--recipes", nargs="+", default=["standard"])
    parser.add_argument("--sizes", nargs="+", type=int, default=[96, 192, 256])
    parser.add_argument("--settings", default="{}", help='as JSON, such as {"history": 60}')
    parser.add_argument("--checkpoint", action="store_true", help="write one at every evaluation")
    parser.add_argument("--one", nargs=2, metavar=("RECIPE", "SETTINGS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.one:
        recipe, settings = arguments.one
        found = measure(recipe, json.loads(settings), checkpoint=arguments.checkpoint)
        print(json.dumps(found))
        return
    for record in in_processes(arguments):
        w, h = record["size"]
        planned, taken = record["planned"] / 1e6, record["taken"] / 1e6
        print(
            f"{record['recipe']}, {w} x {h}: {taken:.0f} MB taken, {planned:.0f} MB planned, "
            f"ratio {taken / planned:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
