"""How long the commands take that compute nothing, beside an interpreter that does nothing.

python benchmarks/cold_start.py --json benchmarks/results/cold_start.json
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from machine import machine

IMPASTO = ("-m", "impasto")
COMMANDS = {
    "python, doing nothing": ("-c", "pass"),
    "import impasto": ("-c", "import impasto"),
    "impasto --help": (*IMPASTO, "--help"),
    "impasto stylize --help": (*IMPASTO, "stylize", "--help"),
    "impasto recipes": (*IMPASTO, "recipes"),
    "an unknown recipe": (*IMPASTO, "stylize", "a.jpg", "b.jpg", "-o", "c.png", "--recipe", "d"),
    "import torch": ("-c", "import torch"),
}


def seconds(command: Sequence[str]) -> float:
    """Return how long a command of this Python takes."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *command], capture_output=True, check=False)
    return time.perf_counter() - begin


def main(words: Sequence[str] | None = None) -> None:
    """Measure every command and write what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--times", type=int, default=9, help="of each command; the median counts")
    arguments = parser.parse_args(words)
    found: dict[str, float] = {}
    for name, command in COMMANDS.items():
        seconds(command)  # what the first one leaves in the cache of the disk
        found[name] = median(seconds(command) for _ in range(arguments.times))
        print(f"{name}: {found[name]:.2f} s", flush=True)
    record = {"machine": machine(), "seconds": found}
    arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
