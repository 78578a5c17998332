"""What an evaluation costs at every size: time and memory, the latter beside what was planned.

Each run has a process of its own, so that its highest use of memory is its own; what the process
held after `import impasto` is taken off, since no plan counts it. The first evaluation is not
timed: it loads the network and looks at the paintings. With --memory a picture that needs more is
computed in tiles. With --json it goes on where it stopped. The constants of the plan
(methods/gatys_memory.py) come from here.

    python benchmarks/evaluation_cost.py --sizes 256 512 --recipes standard neural-style-2015
    python benchmarks/evaluation_cost.py --sizes 578 1155 2310 4096 8192 --memory 4GiB \
        --json benchmarks/results/evaluation_cost.json
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from statistics import median
from typing import Any

from machine import machine

from impasto.checkpoint import Checkpoint, save_checkpoint
from impasto.estimate import check_memory
from impasto.isolated import peak_memory
from impasto.job import prepare
from impasto.memory import set_memory_limit
from impasto.run import run
from impasto.wording import bytes_of

EXAMPLES = Path(__file__).parents[1] / "examples"
CONTENT, STYLE = EXAMPLES / "mountains.jpg", EXAMPLES / "starry_night.jpg"
EVALUATIONS, FEW = 12, 3
"""Enough for a history of ten pairs, and for what only the first ones allocate; and how many of a
very large picture, whose history isn't in memory."""

LARGE = 8_000_000
"""Pixels of a picture that is evaluated few times: minutes for each."""


def measure(recipe: str, settings: dict[str, Any], memory: str, checkpoint: bool) -> dict[str, Any]:
    """Run a recipe at one scale in this process; return bytes and seconds of an evaluation."""
    began = peak_memory() or 0
    set_memory_limit(bytes_of(memory) if memory else None)
    job = prepare(CONTENT, STYLE, recipe=recipe, settings=settings)
    bound = check_memory(job)
    (stage,) = job.recipe.method.plan(job.inputs, memory=bound)
    times: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for step in islice(run(job.recipe, job.inputs, memory=bound), stage.evaluations):
            times.append(time.perf_counter())
            if checkpoint and step.state is not None:
                saved = Checkpoint(job.describe(), {}, 0.0, step.index, step.state())
                save_checkpoint(Path(folder, "run"), saved)
                del saved
    h, w = stage.size
    return {
        "recipe": recipe,
        "size": [w, h],
        "seconds": median(later - earlier for earlier, later in pairwise(times)),
        "tile": stage.tile,
        "planned": stage.memory,
        "taken": (peak_memory() or 0) - began,
        "process": peak_memory(),
        "disk": stage.disk,
    }


def in_processes(
    arguments: argparse.Namespace, measured: Sequence[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield what each run took that wasn't measured before, every one in a new process."""
    there = [(record["recipe"], max(record["size"])) for record in measured]
    for recipe in arguments.recipes:
        for size in (each for each in arguments.sizes if (recipe, each) not in there):
            times = EVALUATIONS if size**2 < LARGE else FEW
            settings = {"iterations": (times,), **json.loads(arguments.settings), "size": size}
            command = [sys.executable, __file__, "--one", recipe, json.dumps(settings)]
            command += ["--memory", arguments.memory] if arguments.memory else []
            command += ["--checkpoint"] if arguments.checkpoint else []
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            yield json.loads(done.stdout)


def in_words(record: dict[str, Any]) -> str:
    """Return a line for one run."""
    w, h = record["size"]
    taken, planned = record["taken"] / 1e6, record["planned"] / 1e6
    tiles = f" in tiles of {record['tile']}" if record["tile"] else ""
    return (
        f"{record['recipe']}, {w} x {h}{tiles}: {record['seconds']:.2f} s for an evaluation, "
        f"{record['seconds'] / (w * h) * 1e6:.2f} us per pixel; {taken:.0f} MB taken, "
        f"{planned:.0f} MB planned, ratio {taken / planned:.2f}"
    )


def main(words: Sequence[str] | None = None) -> None:
    """Measure every recipe at every size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--recipes", nargs="+", default=["standard"])
    parser.add_argument("--sizes", nargs="+", type=int, default=[96, 192, 256])
    parser.add_argument("--settings", default="{}", help='as JSON, such as {"history": 60}')
    parser.add_argument("--memory", default="", help="the bound on each process, such as 4GiB")
    parser.add_argument("--checkpoint", action="store_true", help="write one at every evaluation")
    parser.add_argument("--json", type=Path, help="where to write what came out")
    parser.add_argument("--one", nargs=2, metavar=("RECIPE", "SETTINGS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.one:
        recipe, settings = arguments.one
        found = measure(recipe, json.loads(settings), arguments.memory, arguments.checkpoint)
        print(json.dumps(found))
        return
    measured: list[dict[str, Any]] = []
    if arguments.json and arguments.json.exists():
        measured = json.loads(arguments.json.read_text(encoding="utf-8"))["measured"]
    for record in in_processes(arguments, measured):
        measured.append(record)
        print(in_words(record), flush=True)
        if arguments.json:
            whole = {"machine": machine(), "measured": measured}
            arguments.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
