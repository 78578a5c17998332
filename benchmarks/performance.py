"""Measure how fast and how lean impasto is: all that docs/performance.md says, in one command.

Runs the scripts below one after the other, on a machine that does nothing else; each writes its
JSON into FOLDER. Those whose JSON is there are left out: remove it to measure again.

    python benchmarks/performance.py FOLDER
    python tools/make_plots.py && python tools/make_docs.py
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent

SIZES = ("578", "816", "1155", "2310", "4096", "8192")
"""Longer sides of a picture 4 : 3 of 0.25, 0.5, 1, 4, 12.6 and 50 megapixels."""

SCRIPTS: dict[str, tuple[str, ...]] = {
    "cold_start": (),
    "share": (),
    "memory_per_pixel": (),
    "evaluate_time": (),
    "evaluation_cost": ("--recipes", "draft", "--sizes", *SIZES, "--memory", "4GiB"),
    "arithmetic": ("WORK",),
    "standard_against_yardstick": (),
}


def main(words: Sequence[str] | None = None) -> None:
    """Run every script whose result isn't there."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="such as benchmarks/results")
    folder = parser.parse_args(words).folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, options in SCRIPTS.items():
        path = folder / f"{name}.json"
        if path.exists():
            print(f"{path} is there already")
            continue
        print(f"{name} ...", flush=True)
        given = [each.replace("WORK", str(folder / "work")) for each in options]
        command = [sys.executable, str(HERE / f"{name}.py"), "--json", str(path), *given]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
