"""Pictures that another program made, so that it can be judged beside us.

They lie in one folder and are called `CONTENT--STYLE` by the names of photo and painting, such as
`cat--great_wave.png`. A file `times.csv` among them, if there is one, says how long they took: its
first line is `content,style,seconds`, each other line has two such names and a number.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from impasto.errors import ImpastoError
from impasto.evaluation.lists import read_list
from impasto.evaluation.pairs import Original, Pair, read_original
from impasto.evaluation.rows import Making
from impasto.evaluation.store import Store
from impasto.images.read import load_image
from impasto.images.resize import size_of
from impasto.images.write import FORMATS
from impasto.wording import count, printable, some

TIMES = "times.csv"
TIMES_HEADER = ("content", "style", "seconds")


@dataclass(frozen=True)
class GivenRow:
    """The pictures of another program: files and seconds, by the name of the pair."""

    name: str
    files: Mapping[str, Original]
    seconds: Mapping[str, float]
    notes: tuple[str, ...] = ()

    def asked(self, pair: Pair) -> dict[str, Any] | None:
        """Return the hash of the file and its seconds; None if there is no file."""
        if pair.name not in self.files:
            return None
        seconds = self.seconds.get(pair.name)
        return {"given": self.files[pair.name].sha256, "seconds": seconds}

    def make(self, pair: Pair, store: Store, picture: str) -> Making:
        """Take the picture into the folder of the table, as PNG."""
        image = load_image(self.files[pair.name].path)
        store.save(picture, image)
        h, w = size_of(image)
        return Making(self.seconds.get(pair.name), made={"size": [w, h]})


def read_given(name: str, folder: str, pairs: Sequence[Pair]) -> GivenRow:
    """Find the pictures of some pairs in a folder; a note says which are missing.

    Raises:
        ValueError: the folder can't be read, has none of them, one twice or one that is no picture,
            or its times make no sense.
    """
    files: dict[str, Original] = {}
    wanted = {pair.name for pair in pairs}
    for path in _pictures(folder):
        key = printable(path.stem)
        if key not in wanted:
            continue
        if key in files:
            raise ImpastoError(
                f"{printable(folder)} has two pictures {key}: {Path(files[key].path).suffix} and "
                f"{path.suffix}; expected one; remove the other"
            )
        files[key] = read_original(str(path))
    missing = [pair.name for pair in pairs if pair.name not in files]
    if not files:
        raise ImpastoError(
            f"{printable(folder)} has no picture of these pairs; expected files such as "
            f"{some([f'{key}.png' for key in missing])} (or with another of {', '.join(FORMATS)})"
        )
    notes: tuple[str, ...] = ()
    if missing:
        others = [path.name for path in _pictures(folder) if printable(path.stem) not in wanted]
        unused = f"; of no pair are {some(list(map(printable, others)))}" if others else ""
        notes = (
            f"{name} has no picture of {count(len(missing), 'pair')}: {some(missing)}{unused}",
        )
    times = _read_times(Path(folder) / TIMES)
    return GivenRow(name, files, times, (*notes, *_on_times(name, times, files, folder)))


def _pictures(folder: str) -> list[Path]:
    try:
        found = sorted(path for path in Path(folder).iterdir() if path.is_file())
    except OSError as error:
        raise ImpastoError(
            f"{printable(folder)} can't be read ({error.strerror}); expected a folder of pictures"
        ) from error
    return [path for path in found if path.suffix.lower() in FORMATS]


def _read_times(path: Path) -> dict[str, float]:
    """Return seconds by pair's name, of whatever pairs there are; nothing without a file."""
    if not path.exists():
        return {}
    times: dict[str, float] = {}
    for line, (content, style, seconds) in read_list(path, TIMES_HEADER).items():
        place, key = f"line {line} of {printable(path)}", f"{content}--{style}"
        if key in times:
            raise ImpastoError(f"{place} has {key} again; expected each pair once; remove one line")
        times[key] = _seconds(seconds, place)
    return times


def _on_times(
    name: str, times: Mapping[str, float], files: Mapping[str, Original], folder: str
) -> Iterator[str]:
    """Say which times are of no picture, and which pictures have no time."""
    there = {printable(path.stem) for path in _pictures(folder)}
    strange = [key for key in times if key not in there]
    if strange:
        with_suffix = any(part.lower().endswith(tuple(FORMATS)) for part in strange)
        hint = "; names stand in it without suffix" if with_suffix else ""
        yield f"{TIMES} of {name} has times of pictures that aren't there: {some(strange)}{hint}"
    untimed = [key for key in files if key not in times]
    if times and untimed:
        yield f"{TIMES} of {name} has no time of {count(len(untimed), 'picture')}: {some(untimed)}"


def _seconds(text: str, place: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds < math.inf:
        raise ImpastoError(f"{place} has {text!r} as seconds; expected a number, 0 or more")
    return seconds
