"""How much sooner `standard` reaches what the yardstick ever reaches, on five pairs.

Both programs run one after the other on the same machine; the loss is that of neural-style, of the
picture that is saved, in float32 (see time_to_loss.py). `standard` gets the yardstick's balance of
content and style (WEIGHTS): its own is of another loss. The yardstick's time is when it saved its
best picture. Writes after every pair and goes on where it stopped.

    python benchmarks/standard_against_yardstick.py --json results.json
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from machine import machine
from time_to_loss import measure

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
PAIRS = (
    ("cat", "great_wave"),
    ("dandelion", "whalers"),
    ("skyline", "starry_night"),
    ("clownfish", "village_street"),
    ("coffee", "composition_viii"),
)
ARITHMETICS = ("auto", "float32")
WEIGHTS = ("--content-weight", "5", "--style-weight", "100", "--style-balance", "absolute")
"""Those of yardstick.py and time_to_loss.py, which are neural-style's."""


def yardstick(content: str, style: str, evaluations: int) -> dict[str, Any]:
    """Return when the yardstick saved its best picture, and how good that was."""
    with tempfile.TemporaryDirectory() as folder:
        picture = f"{folder}/picture.png"
        command = [sys.executable, str(HERE / "yardstick.py"), content, style, "-o", picture]
        command += ["--evaluations", str(evaluations)]
        course = measure(command, picture, content, style)
    best = min(course, key=lambda point: point["loss"])
    return {"best": best, "last": course[-1], "course": course}


def standard(content: str, style: str, arithmetic: str, goal: float) -> dict[str, Any]:
    """Return when `impasto stylize` first showed a full-size picture as good as the goal."""
    with tempfile.TemporaryDirectory() as folder:
        preview = f"{folder}/preview.png"
        command = [sys.executable, "-m", "impasto", "stylize", content, style]
        command += ["-o", preview, "--preview", preview, "--precision", arithmetic, "--quiet"]
        command += WEIGHTS
        course = measure(command, preview, content, style)
    full = [point for point in course if point["size"] == course[-1]["size"]]
    reached = [point["seconds"] for point in full if point["loss"] <= goal]
    return {"seconds": reached[0] if reached else None, "last": full[-1], "course": full}


def compare(content: str, style: str, evaluations: int) -> dict[str, Any]:
    """Measure one pair."""
    paths = str(EXAMPLES / f"{content}.jpg"), str(EXAMPLES / f"{style}.jpg")
    reference = yardstick(*paths, evaluations)
    record: dict[str, Any] = {"content": content, "style": style, "machine": machine()}
    record["yardstick"] = reference
    for arithmetic in ARITHMETICS:
        ours = standard(*paths, arithmetic, reference["best"]["loss"])
        sooner = reference["best"]["seconds"] / ours["seconds"] if ours["seconds"] else None
        record[arithmetic] = {"sooner": sooner, **ours}
    return record


def main(words: Sequence[str] | None = None) -> None:
    """Measure the pairs that the file does not hold yet, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--json", type=Path, default=HERE / "results" / "standard_against_yardstick.json"
    )
    parser.add_argument("--evaluations", type=int, default=500, help="of the yardstick")
    arguments = parser.parse_args(words)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    result: dict[str, Any] = {"pairs": []}
    if arguments.json.exists():
        result = json.loads(arguments.json.read_text(encoding="utf-8"))
    done = {(pair["content"], pair["style"]) for pair in result["pairs"]}
    for content, style in PAIRS:
        if (content, style) not in done:
            result["pairs"].append(compare(content, style, arguments.evaluations))
            arguments.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for arithmetic in ARITHMETICS:
        ratios = [pair[arithmetic]["sooner"] for pair in result["pairs"]]
        reached = [ratio for ratio in ratios if ratio]
        median = statistics.median(reached) if reached else None
        print(f"{arithmetic}: times sooner {ratios}, median {median}")


if __name__ == "__main__":
    main()
