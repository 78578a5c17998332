"""What the user is told: sentences on standard error, and one line at the end."""

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from impasto.wording import count, describe_seconds


def say(sentence: str) -> None:
    """Say something on standard error; a bar that is there moves down."""
    if sys.stderr is not None:  # closed
        with suppress(OSError):  # full: the run matters more than what is said of it
            print(f"impasto: {one_line(sentence)}", file=sys.stderr)


def one_line(text: str) -> str:
    """Return text without what could move a terminal's cursor: names of files hold anything."""
    return "".join(each if each.isprintable() else " " for each in text)


def describe_losses(losses: Mapping[str, float]) -> str:
    """Return the terms of a loss in one line."""
    return ", ".join(f"{name} {value:.4g}" for name, value in losses.items())


def describe_result(record: Mapping[str, Any]) -> str:
    """Return the last line: where the picture is and how it was made."""
    w, h = record["size"]
    place = "standard output" if record["path"] == "-" else record["path"]
    losses = describe_losses(record["losses"])
    steps = count(record["evaluations"], "evaluation" if losses else "step")
    took = f"{steps} in {describe_seconds(record['seconds'])}"
    parts = (f"{w} x {h} pixels", record["recipe"], took, losses)
    return one_line(f"{place}: {', '.join(part for part in parts if part)}")
