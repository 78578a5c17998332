"""What the user sees of a run: a bar on standard error, sentences, and one line at the end."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Task as BarTask
from rich.text import Text

from impasto.cli.interrupts import Interrupts
from impasto.contracts import Stage, Step
from impasto.estimate import describe_seconds, done_share
from impasto.images.picture import count

SPEED_SECONDS = 300
"""Time left is guessed from so long a past: an evaluation of a large picture takes a minute."""


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
    evaluations = count(record["evaluations"], "evaluation")
    return one_line(
        f"{record['path']}: {w} x {h} pixels, {record['recipe']}, {evaluations} in "
        f"{describe_seconds(record['seconds'])}, {describe_losses(record['losses'])}"
    )


class Bar:
    """Stage, share of the work, losses and time left. Draws nothing where nobody would see it."""

    def __init__(self, stages: Sequence[Stage], interrupts: Interrupts, *, quiet: bool) -> None:
        self.stages = stages
        shown = not quiet and sys.stderr is not None and sys.stderr.isatty()
        columns = (_StageColumn(interrupts), BarColumn(bar_width=24), TaskProgressColumn())
        self.progress = Progress(
            *columns,
            TextColumn("{task.fields[losses]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
            console=Console(stderr=True) if shown else Console(quiet=True),
            transient=True,
            speed_estimate_period=SPEED_SECONDS,
            disable=not shown,
        )
        self.task = self.progress.add_task("starting", total=1.0, losses="")

    def show(self, step: Step) -> None:
        """Bring the bar to a step. Reading its losses waits for the device, so not at every one."""
        if self.progress.disable:
            return
        losses = describe_losses({name: float(value) for name, value in step.losses.items()})
        share = done_share(self.stages, step.place)
        self.progress.update(self.task, description=step.stage, completed=share, losses=losses)

    def __enter__(self) -> "Bar":
        self.progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.progress.stop()


class _StageColumn(ProgressColumn):
    """The stage of the run, or that it is about to stop."""

    def __init__(self, interrupts: Interrupts) -> None:
        super().__init__()
        self.interrupts = interrupts

    def render(self, task: BarTask) -> Text:
        stopping = self.interrupts.signal is not None
        return Text("stopping after this evaluation" if stopping else task.description)
