r"""Let another program paint the pairs of a table, within a time, so that it is judged beside us.

The program is given as a command in which {content}, {style} and {picture} stand for the files. It
runs in an empty folder, and what counts is the last whole picture that it saved there by the end of
its time: {picture} itself or any other, such as picture_100.png. After that it is ended, with all
that it started. Pictures and times.csv land in FOLDER as `impasto evaluate --given NAME=FOLDER`
takes them; pairs that are there already are left out. With --like, each pair has as many seconds as
a row of a table took. They were measured without the start of Python: --start adds what that takes.

    python benchmarks/another_program.py --pairs pairs.csv -o FOLDER --seconds 30 \
        -- python /path/to/program.py {content} {style} --output={picture}
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from impasto import load_image, save_image
from impasto.evaluation.given import TIMES, TIMES_HEADER
from impasto.evaluation.pairs import Pair, read_pairs
from impasto.images.picture import ImageError
from impasto.images.write import FORMATS


def run(command: Sequence[str], folder: Path, seconds: float) -> float:
    """Run a command in a folder for so many seconds at most; return how long it ran.

    Raises:
        SystemExit: it failed before its time was over.
    """
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=sys.stderr, start_new_session=True)
    try:
        code = process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        code = 0
    finally:
        with suppress(ProcessLookupError):  # nothing is left of it
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if code:
        raise SystemExit(f"the command ended with {code}: {' '.join(command)}")
    return time.monotonic() - began


def last_picture(folder: Path) -> Path | None:
    """Return the file that was written last and is a whole picture."""
    files = [path for path in folder.rglob("*") if path.suffix.lower() in FORMATS]
    for path in sorted(files, key=lambda path: path.stat().st_mtime_ns, reverse=True):
        try:
            load_image(path)
        except ImageError:
            continue  # cut off while it was written
        return path
    return None


def paint(command: Sequence[str], pair: Pair, seconds: float, target: Path) -> float | None:
    """Paint one pair; return the seconds it took, or None if there was no picture in time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = {
            "{content}": str(Path(pair.content.path).resolve()),
            "{style}": str(Path(pair.style.path).resolve()),
            "{picture}": str(folder / "picture.png"),
        }
        took = run([_filled(word, words) for word in command], folder, seconds)
        found = last_picture(folder)
        if found is None:
            return None
        save_image(target, load_image(found))
        return took


def _filled(word: str, files: Mapping[str, str]) -> str:
    for name, file in files.items():
        word = word.replace(name, file)
    return word


def seconds_of(pairs: Sequence[Pair], like: str) -> dict[str, float]:
    """Return the seconds that a row of a table took for each pair; `like` is TABLE=ROW."""
    file, _, row = like.rpartition("=")
    cells = json.loads(Path(file).read_text(encoding="utf-8"))["cells"]
    taken = {(c["content"], c["style"]): c["seconds"] for c in cells if c["row"] == row}
    found = {p.name: taken.get((p.content.name, p.style.name)) for p in pairs}
    missing = [name for name, value in found.items() if value is None]
    if missing:
        raise SystemExit(f"{file} has no time of {row} for {missing[0]}; expected all pairs")
    return {name: value for name, value in found.items() if value is not None}


def write_times(file: Path, times: dict[tuple[str, str], float]) -> None:
    """Write times.csv."""
    with file.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        rows.writerow(TIMES_HEADER)
        rows.writerows((*pair, f"{seconds:.2f}") for pair, seconds in times.items())


def read_times(file: Path) -> dict[tuple[str, str], float]:
    """Read times.csv, if it is there."""
    if not file.exists():
        return {}
    _, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    return {(content, style): float(seconds) for content, style, seconds in rows}


def paint_missing(
    command: Sequence[str], pairs: Sequence[Pair], seconds: Mapping[str, float], folder: Path
) -> None:
    """Paint the pairs that have no picture in the folder, each within its seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    times = read_times(folder / TIMES)
    for pair in pairs:
        target = folder / f"{pair.name}.png"
        if target.exists():
            continue
        took = paint(command, pair, seconds[pair.name], target)
        if took is None:
            print(f"{pair.name}: no picture within {seconds[pair.name]:.0f} s")
            continue
        print(f"{pair.name}: {took:.1f} s", flush=True)
        times[pair.content.name, pair.style.name] = took
        write_times(folder / TIMES, times)


def main(words: Sequence[str] | None = None) -> None:
    """Paint every pair that is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", required=True, help="as for impasto evaluate")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--seconds", type=float, help="that each pair has")
    budget.add_argument("--like", metavar="TABLE=ROW", help="a table.json, and a row of it")
    parser.add_argument("--start", type=float, default=0.0, help="seconds more than --like says")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="-- and the command")
    given = parser.parse_args(words)
    own = given.command[:1] == ["--"]
    command = given.command[1:] if own else given.command
    if not command:
        parser.error("there is no command; expected one after --")
    pairs = read_pairs(given.pairs)
    if given.like:
        seconds = {name: s + given.start for name, s in seconds_of(pairs, given.like).items()}
    else:
        seconds = {pair.name: given.seconds for pair in pairs}
    paint_missing(command, pairs, seconds, given.output)


if __name__ == "__main__":
    main()
