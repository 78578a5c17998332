"""What a folder has of an earlier suite, and would lose by the next one."""

import json
from collections.abc import Iterable
from typing import Any

from impasto.errors import ImpastoError
from impasto.evaluation.store import DAMAGE, Store
from impasto.evaluation.suite import Suite
from impasto.wording import printable, some

ONE_EACH = {"size": "pixels of the longer side", "seed": "as seed"}
"""What a folder has one of, since pictures of another size or seed have the same names."""


def check_same(suite: Suite, store: Store) -> None:
    """Refuse a suite whose pictures would replace those of another size or seed.

    Raises:
        ValueError: there are such pictures.
    """
    for place in suite.places:
        record = store.read(place.picture)
        for name, meant in ONE_EACH.items():
            if record is None or name not in record.asked or name not in place.asked:
                continue
            before, now = record.asked[name], place.asked[name]
            if before != now:
                raise ImpastoError(
                    f"{printable(store.folder)} has pictures with {before} {meant}, and those "
                    f"with {now} would replace them; expected another folder, or --{name} {before}"
                )


def left_out(suite: Suite, store: Store, sets: Iterable[str] = ()) -> str:
    """Say what the table that is in a folder has and a suite doesn't; nothing where all is there.

    `sets` are the metrics of sets that go with the suite. What is left out of a table stays in the
    folder.
    """
    try:
        table = json.loads((store.folder / "table.json").read_bytes())
        before = {
            "row": [cell["row"] for cell in table["cells"]],
            "metric": table["about"]["metrics"],
            "pair": [f"{cell['content']}--{cell['style']}" for cell in table["cells"]],
            "metric of sets": [name for row in table["sets"].values() for name in row],
            "test": ["of identity"] if table["identity"] else [],
        }
        now: dict[str, list[Any]] = {
            "row": [place.row.name for place in suite.places],
            "metric": [metric.name for metric in suite.metrics],
            "pair": [pair.name for pair in suite.pairs],
            "metric of sets": list(sets),
            "test": ["of identity"] if any(place.identity for place in suite.places) else [],
        }
        missing = [_missing(kind, before[kind], now[kind]) for kind in before]
    except (OSError, *DAMAGE):  # none, or somebody else wrote it
        return ""
    if not any(missing):
        return ""
    return (
        f"the report in {printable(store.folder)} is replaced by one without "
        f"{', '.join(filter(None, missing))}; what was made for them stays there, and comes back "
        "when they are named again"
    )


def _missing(kind: str, before: Iterable[str], now: Iterable[str]) -> str:
    names = [name for name in dict.fromkeys(before) if name not in set(now)]
    return f"the {kind} {some(names)}" if names else ""
