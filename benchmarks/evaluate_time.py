"""How long `impasto evaluate` takes for one picture, from the command to its last number.

The photo itself is judged, at 512 pixels, beside the controls and with all metrics.

    python benchmarks/evaluate_time.py --json benchmarks/results/evaluate_time.json
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from machine import machine

from impasto import load_image, save_image
from impasto.images.resize import fit, resize, size_of

EXAMPLES = Path(__file__).parents[1] / "examples"
CONTENT, STYLE = EXAMPLES / "clownfish.jpg", EXAMPLES / "great_wave.jpg"


def seconds(picture: Path) -> float:
    """Return how long it takes to judge a picture."""
    command = [sys.executable, "-m", "impasto", "evaluate", str(picture), "--quiet"]
    command += ["--content", str(CONTENT), "--style", str(STYLE)]
    begin = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begin


def main(words: Sequence[str] | None = None) -> None:
    """Measure it some times and write what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--size", type=int, default=512, help="longer side, pixels")
    parser.add_argument("--times", type=int, default=3, help="the median counts")
    arguments = parser.parse_args(words)
    photo = load_image(CONTENT)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder, "picture.png")
        save_image(picture, resize(photo, fit(size_of(photo), arguments.size)))
        found = sorted(seconds(picture) for _ in range(arguments.times))
    print(f"{median(found):.1f} s ({', '.join(f'{each:.1f}' for each in found)})")
    record = {"machine": machine(), "size": arguments.size, "seconds": found}
    arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
