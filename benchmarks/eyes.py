"""How far scores and eyes agree: which of two pictures of one pair looks better, asked blindly.

`ask` draws sheets of comparisons between `standard` and every other method of a table, left and
right by a coin, without names. Whoever looks writes left, right or same into `answers.csv`.
`count` reveals the names, keeps the judgments in `benchmarks/results/eyes.csv`, and writes to
`eyes.md` how often each metric prefers the picture that the eye preferred.

    python benchmarks/eyes.py ask SHEETS --tables WORK_FOLDER/table [...] [--pairs 12]
    python benchmarks/eyes.py count SHEETS [...]
"""

import argparse
import csv
import json
import random
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from quality import EXAMPLES, RESULTS

from impasto import RECIPES, load_image, save_image
from impasto.atomic import write_atomically
from impasto.choices import DEFAULT_RECIPE
from impasto.evaluation import METRICS, Metric
from impasto.evaluation.table import CONTROLS
from impasto.images.sheet import Tile, sheet

ROWS = 4  # of a sheet: more would be smaller than details are
BOX = (330, 380)  # pixels of a picture
KEY, ANSWERS = "key.csv", "answers.csv"


class Comparison(NamedTuple):
    """Two rows of the table in a folder on one pair."""

    folder: str
    content: str
    style: str
    left: str
    right: str


class Judgment(NamedTuple):
    """What was seen: `better` is the left row or the right one, or "same"."""

    asked: Comparison
    better: str


def comparisons(folders: Iterable[Path], pairs: int, coin: random.Random) -> list[Comparison]:
    """Return all comparisons with `standard` on some pairs of each table, well mixed."""
    found: list[Comparison] = []
    for folder in folders:
        cells = read_cells(folder)
        rows = {row for row, _, _ in cells} - {*CONTROLS, DEFAULT_RECIPE}
        every = list(dict.fromkeys((content, style) for _, content, style in cells))
        for content, style in coin.sample(every, min(pairs, len(every))):
            for row in sorted(rows):
                sides = coin.sample((DEFAULT_RECIPE, row), 2)
                found.append(Comparison(str(folder), content, style, *sides))
    return coin.sample(found, len(found))


@cache
def read_cells(folder: Path) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Return the cells of a table by row, content and style."""
    table = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    return {(cell["row"], cell["content"], cell["style"]): cell for cell in table["cells"]}


def ask(sheets: Path, folders: Sequence[Path], pairs: int, seed: int) -> None:
    """Write the sheets, what is on them, and a file for the answers."""
    if sheets.exists():
        raise SystemExit(f"{sheets} is there already; expected a new folder for sheets and answers")
    sheets.mkdir(parents=True)
    found = comparisons(folders, pairs, random.Random(seed))
    write_csv(sheets / KEY, Comparison._fields, found)
    write_csv(sheets / ANSWERS, ("number", "better"), [(n + 1, "") for n in range(len(found))])
    for start in range(0, len(found), ROWS):
        rows = [_tiles(start + n + 1, each) for n, each in enumerate(found[start : start + ROWS])]
        save_image(sheets / f"{start // ROWS + 1:02d}.png", sheet(rows, box=BOX))


def _tiles(number: int, comparison: Comparison) -> list[Tile]:
    folder, content, style, *sides = comparison
    cells = read_cells(Path(folder))
    pictures = [Path(folder) / cells[row, content, style]["picture"] for row in sides]
    paths = [EXAMPLES / f"{content}.jpg", EXAMPLES / f"{style}.jpg", *pictures]
    names = (f"{number}", "", "left", "right")
    return [Tile(load_image(path), name) for path, name in zip(paths, names, strict=True)]


def reveal(sheets: Path) -> list[Judgment]:
    """Return the judgments, by name.

    Raises:
        SystemExit: an answer is missing, or none of left, right and same.
    """
    judgments: list[Judgment] = []
    files = [(sheets / name).open(encoding="utf-8") for name in (KEY, ANSWERS)]
    with files[0] as key, files[1] as answers:
        pairs = zip(csv.DictReader(key), csv.DictReader(answers), strict=True)
        for number, (known, answer) in enumerate(pairs, start=1):
            better = answer["better"].strip()
            if answer["number"] != str(number):
                raise SystemExit(
                    f"line {number} of {sheets / ANSWERS} answers comparison {answer['number']}; "
                    "expected them in the order in which they were asked; sort the file by number"
                )
            if better not in ("left", "right", "same"):
                raise SystemExit(
                    f"comparison {answer['number']} has the answer {better!r}; expected left, "
                    f"right or same; write it into {sheets / ANSWERS}"
                )
            judgments.append(Judgment(Comparison(**known), known.get(better, better)))
    return judgments


def agreement(judgments: Iterable[Judgment]) -> str:
    """Return how often each metric prefers what the eye preferred, as a table.

    Pictures of recipes are near each other and those of other programs may be far: counted apart.
    """
    decided = [each for each in judgments if each.better != "same"]
    ours = [each for each in decided if other(each.asked) in RECIPES]
    groups = {"our recipes": ours, "other programs": [each for each in decided if each not in ours]}
    names = [name for name, group in groups.items() if group]
    lines = [f"| metric | of the | {' | '.join(names)} |", f"| :-- | :-- |{' --: |' * len(names)}"]
    for name, metric in METRICS.items():
        counts = [_agrees(metric, groups[group]) for group in names]
        if any(counts):
            subject = {"content": "photo", "style": "painting"}[metric.subject]
            lines.append(f"| {name} | {subject} | {' | '.join(each or '-' for each in counts)} |")
    return "\n".join(lines) + "\n"


def _agrees(metric: Metric, judgments: Iterable[Judgment]) -> str:
    """Return in how many judgments a metric agrees with the eye, of those where it has a say."""
    scores = [_scores(each, metric.name) for each in judgments]
    verdicts = [
        metric.is_better(better, worse)
        for better, worse in scores
        if better is not None and worse is not None and better != worse
    ]
    return f"{sum(verdicts)} of {len(verdicts)}" if verdicts else ""


def _scores(judgment: Judgment, metric: str) -> list[float | None]:
    """Return what a metric says of the picture that was preferred, and of the other."""
    folder, content, style, *sides = judgment.asked
    cells = read_cells(Path(folder))
    rows = sides if sides[0] == judgment.better else reversed(sides)
    return [cells[row, content, style]["scores"].get(metric) for row in rows]


def other(asked: Comparison) -> str:
    """Return which row `standard` is compared with."""
    return asked.right if asked.left == DEFAULT_RECIPE else asked.left


def preferred(judgments: Iterable[Judgment]) -> str:
    """Return how often `standard` was preferred to each other row, as a table."""
    counts: dict[str, list[int]] = {}
    for asked, better in judgments:
        place = (DEFAULT_RECIPE, "same", other(asked)).index(better)
        counts.setdefault(other(asked), [0, 0, 0])[place] += 1
    lines = ["| method | standard is better | same | the other is better |"]
    lines += ["| :-- | --: | --: | --: |"]
    lines += [f"| {row} | {' | '.join(map(str, found))} |" for row, found in sorted(counts.items())]
    return "\n".join(lines) + "\n"


def count(folders: Iterable[Path], results: Path) -> None:
    """Write the judgments of all folders, and what they come to."""
    judgments = [judgment for sheets in folders for judgment in reveal(sheets)]
    head = (*Comparison._fields[1:], "better")
    write_csv(results / "eyes.csv", head, [(*asked[1:], better) for asked, better in judgments])
    text = preferred(judgments) + "\n" + agreement(judgments)
    write_atomically(results / "eyes.md", text.encode())


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table with a head."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, *rows])


def main(words: Sequence[str] | None = None) -> None:
    """Draw sheets, or count the answers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    steps = parser.add_subparsers(dest="step", required=True)
    asking = steps.add_parser("ask", help="draw sheets")
    asking.add_argument("sheets", type=Path, help="a new folder for sheets and answers")
    asking.add_argument("--tables", type=Path, nargs="+", required=True, help="of what is compared")
    asking.add_argument("--pairs", type=int, default=12, help="of each table, default: 12")
    asking.add_argument("--seed", type=int, default=0, help="of what is asked, and of the coin")
    counting = steps.add_parser("count", help="count answers")
    counting.add_argument("sheets", type=Path, nargs="+", help="folders with answers")
    counting.add_argument("--results", type=Path, default=RESULTS, help="default: the record")
    given = parser.parse_args(words)
    if given.step == "ask":
        ask(given.sheets, given.tables, given.pairs, given.seed)
    else:
        count(given.sheets, given.results)


if __name__ == "__main__":
    main()
