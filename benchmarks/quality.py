"""The benchmark of record: every photo of `examples/` like every painting there, measured.

Eight photos, twelve paintings and the recipes worth comparing at 512 pixels, with all metrics, the
controls and the identity test. The pictures and a page that shows them stay in WORK_FOLDER, which
keeps what is finished: an interrupted run goes on there. The table and its report are written to
`benchmarks/results/quality.json` and `quality.md`; make them again whenever a method arrives or a
default changes. A processor of two cores takes about three minutes for each pair.

    python benchmarks/quality.py WORK_FOLDER [--recipes draft standard best] [--threads 2]
"""

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from impasto.atomic import write_atomically
from impasto.cli import main as impasto
from impasto.evaluation.report.markdown import PICTURES

ROOT = Path(__file__).parents[1]
EXAMPLES, RESULTS = ROOT / "examples", ROOT / "benchmarks" / "results"

PHOTOS = (
    "astronaut",
    "cat",
    "clownfish",
    "coffee",
    "dandelion",
    "mountains",
    "pavilion",
    "skyline",
)
RECIPES = ("draft", "standard", "best")
"""Those whose pictures differ and that finish 96 pairs in hours. The published recipes take ten
times as long; `impasto evaluate --recipes ... --pairs ...` compares them on fewer pairs."""

DIGITS = 6
"""Of a number that is stored: more than a metric is reproducible to on another machine."""


def paintings() -> list[str]:
    """Return the names of the paintings: every picture of the examples that is no photo."""
    return sorted(p.stem for p in EXAMPLES.glob("*.jpg") if p.stem not in PHOTOS)


def write_pairs(
    file: Path, photos: Sequence[str], styles: Sequence[str], turns: int | None = None
) -> None:
    """Write all pairs, so that an unfinished table has seen every photo and painting early.

    In each turn every painting meets one photo; without a number all photos.
    """
    pairs = [
        (photos[(start + turn) % len(photos)], style)
        for turn in range(len(photos) if turns is None else turns)
        for start, style in enumerate(styles)
    ]
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(("content", "style"))
        rows.writerows(
            (EXAMPLES / f"{photo}.jpg", EXAMPLES / f"{style}.jpg") for photo, style in pairs
        )


def publish(folder: Path, results: Path, name: str, **about: str) -> None:
    """Copy table and report, without the pictures and with numbers as short as is meaningful.

    `about` is what else a reader has to know of how the pictures came about.
    """
    table = shorten(json.loads((folder / "table.json").read_text(encoding="utf-8")))
    table["about"] |= about
    write_atomically(results / f"{name}.json", (json.dumps(table) + "\n").encode())
    report = (folder / "report.md").read_text(encoding="utf-8")
    write_atomically(results / f"{name}.md", report.replace(f"{PICTURES}\n\n", "").encode())


def shorten(record: Any) -> Any:
    """Return what JSON holds with every number as short as it is meaningful."""
    return json.loads(
        json.dumps(record), parse_float=lambda text: float(f"{float(text):.{DIGITS}g}")
    )


def options(doc: str | None) -> argparse.ArgumentParser:
    """Return what every benchmark of pictures is told."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("work_folder", type=Path, help="where the pictures are kept")
    parser.add_argument("--size", type=int, default=512, help="longer side in pixels")
    parser.add_argument("--threads", type=int, default=2, help="of each run, default: 2")
    parser.add_argument("--photos", nargs="+", default=PHOTOS, help="some of the photos")
    parser.add_argument("--styles", nargs="+", default=paintings(), help="some of the paintings")
    parser.add_argument("--results", type=Path, help="where results go, default: the record")
    return parser


def parse(parser: argparse.ArgumentParser, words: Sequence[str] | None) -> argparse.Namespace:
    """Read the options; make the work folder. A part of a benchmark doesn't replace the record."""
    given = parser.parse_args(words)
    plan = [name for name in vars(given) if name in ("size", "photos", "styles", "recipes")]
    changed = [name for name in plan if getattr(given, name) != parser.get_default(name)]
    if changed and given.results is None:
        parser.error(f"with --{changed[0]} it is not the record; expected --results FOLDER too")
    given.results = given.results or RESULTS
    given.work_folder.mkdir(parents=True, exist_ok=True)
    return given


def parse_recipes(words: Sequence[str] | None, doc: str | None) -> argparse.Namespace:
    """Read the options of a benchmark that compares recipes."""
    parser = options(doc)
    parser.add_argument("--recipes", nargs="+", default=RECIPES, help="those to compare")
    return parse(parser, words)


def main(words: Sequence[str] | None = None) -> None:
    """Fill the table, or go on with it, and publish it."""
    given = parse_recipes(words, __doc__)
    pairs = given.work_folder / "pairs.csv"
    write_pairs(pairs, given.photos, given.styles)
    order = ["evaluate", "--recipes", ",".join(given.recipes)]
    order += ["--pairs", str(pairs), "--identity"]
    order += ["--size", str(given.size), "--threads", str(given.threads)]
    table = given.work_folder / "table"
    code = impasto([*order, "-o", str(table)])
    if code == 0:
        publish(table, given.results, "quality")
    raise SystemExit(code)


if __name__ == "__main__":
    main()
