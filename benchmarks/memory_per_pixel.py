"""How many bytes a pixel more costs: the most that lies there during an evaluation, untiled.

Counted is what torch allocates between the beginning and the end of an evaluation of `standard`:
photo, painting and targets lie there before. The slope between two sizes leaves out what does not
depend on them. What a process takes beside that, benchmarks/evaluation_cost.py tells.

    python benchmarks/memory_per_pixel.py --json benchmarks/results/memory_per_pixel.json
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

from machine import machine
from share import ARITHMETICS, evaluation
from torch.profiler import ProfilerActivity, profile

from impasto import RECIPES
from impasto.methods.gatys_settings import Gatys


def most_bytes(work: Callable[[], object]) -> int:
    """Return the most bytes that torch held at once beside those that it held before."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as watched:
        work()
    found = cast(Any, watched.profiler).kineto_results  # whose stubs know half of it
    events = [each for each in found.events() if each.name() == "[memory]"]
    events.sort(key=lambda each: each.start_ns())
    return max(accumulate(each.nbytes() for each in events))


def main(words: Sequence[str] | None = None) -> None:
    """Measure both arithmetics at two sizes and write what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--sides", type=int, nargs=2, default=[1024, 2048])
    arguments = parser.parse_args(words)
    standard, found = cast(Gatys, RECIPES["standard"].method), []
    for name, dtype in ARITHMETICS.items():
        most: list[int] = []
        for side in arguments.sides:
            evaluate = evaluation(replace(standard, size=side), side, dtype)
            evaluate()  # which allocates what stays
            most.append(most_bytes(evaluate))
        few, many = (side**2 for side in arguments.sides)
        slope = (most[1] - most[0]) / (many - few)
        found.append(
            {"arithmetic": name, "sides": arguments.sides, "bytes": most, "per_pixel": slope}
        )
        print(f"{name}: {slope:.0f} bytes for each pixel more", flush=True)
    record = {"machine": machine(), "measured": found}
    arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
