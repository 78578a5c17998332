"""Whether a picture is there already: what it says of its own making, against what is asked for."""

import json
from collections.abc import Mapping
from typing import Any

from impasto.images.metadata import read_metadata
from impasto.images.picture import ImageError

DECISIVE = ("recipe", "method", "settings", "weights", "color", "seed", "style_weights")
"""What `Job.describe` says that makes it this run and no other. Versions and threads decide no more
than rounding, and names of files nothing."""


def is_made(path: str, run: Mapping[str, Any]) -> bool:
    """Tell whether there is the finished picture of a run, of which `Job.describe` said `run`.

    One that was stopped is not finished, and one without metadata could be anything.
    """
    try:
        made = read_metadata(path)
    except ImageError:  # nothing is there, or no picture
        return False
    if made is None or made.get("stopped"):
        return False
    wanted = json.loads(json.dumps(run))  # as it was stored: no tuples
    return (
        "evaluations" in made
        and all(made.get(name) == wanted[name] for name in DECISIVE)
        and _pictures(made.get("inputs")) == _pictures(wanted["inputs"])
    )


def _pictures(inputs: Any) -> list[tuple[Any, Any]] | None:
    """Return part and hash of each input; None for what somebody else wrote otherwise."""
    try:
        return [(each["role"], each["sha256"]) for each in inputs]
    except (TypeError, KeyError):
        return None
