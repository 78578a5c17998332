"""The work of `impasto train`: a network, from its first step or its last checkpoint."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn

from impasto.checks import check_device
from impasto.cli.arguments import UsageError
from impasto.cli.drawn import Drawn, console_for
from impasto.cli.exits import OK, SIGNALED, RunError
from impasto.cli.interrupts import Interrupts
from impasto.cli.terminal import describe_losses, say
from impasto.contracts import Image, Step
from impasto.images.read import as_picture
from impasto.registry import TRAININGS
from impasto.teach import WEIGHTS, teach
from impasto.training.lessons import Materials, make_course, make_plan
from impasto.training.pictures import Collections, Pictures, find_pictures
from impasto.wording import count, printable

SHOWN_SECONDS = 300
"""Time left is guessed from so long a past."""


def train(name: str, given: Any) -> int:
    """Teach a network until it has learned enough; return the exit code.

    Raises:
        ValueError: something can't be used; nothing was started.
        RunError: it was stopped; the folder has all that going on needs.
    """
    settings = TRAININGS[name](**given.settings)
    check_device(given.device)
    with processes(given.device) as device, Interrupts() as interrupts:
        materials = _materials(given)
        course = make_course(settings, materials, device)
        folder = Path(given.output or name)
        about = {"training": name, **asdict(settings)}
        about |= {"styles": [Path(each).name for each in given.styles]} if given.styles else {}
        steps = teach(
            course.lesson,
            make_plan(settings, device),
            folder,
            recipe=about,
            metadata=course.metadata,
        )
        quiet = given.quiet or (dist.is_initialized() and dist.get_rank() > 0)
        last = _follow(steps, interrupts, quiet=quiet)
        if not quiet:
            _tell(folder, last, materials)
    return OK


@contextmanager
def processes(device: str) -> Iterator[torch.device]:
    """Join the other processes, if torchrun started this one; give the device of this one."""
    if "RANK" not in os.environ:
        yield torch.device(device)
        return
    own = torch.device(device)
    if own.type == "cuda":
        own = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
    dist.init_process_group("nccl" if own.type == "cuda" else "gloo")
    try:
        yield own
    finally:
        dist.destroy_process_group()


def _materials(given: Any) -> Materials:
    paintings = find_pictures(map(Path, given.paintings)) if given.paintings else None
    styles: dict[str, Image] = {}
    for each in given.styles:
        name = Path(each).stem.replace("_", "-")
        if name in styles:
            raise UsageError(f"two paintings are called {name}; expected different names")
        styles[name] = as_picture(each).image
    return Materials(find_pictures(map(Path, given.photos)), paintings, styles)


def _follow(steps: Iterator[Step], interrupts: Interrupts, *, quiet: bool) -> Step | None:
    """Go through all steps; return the last one, None if there was nothing left to do.

    Raises:
        RunError: a signal stopped it.
    """
    step = None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    shown = (*columns, TextColumn("{task.fields[losses]}"), TimeRemainingColumn(compact=True))
    with Drawn(console_for(quiet=quiet), *shown, speed_estimate_period=SHOWN_SECONDS) as bar:
        task = bar.progress.add_task("learning", total=None, losses="")
        for step in steps:
            if not bar.progress.disable or "held out" in step.losses:
                values = {name: value.item() for name, value in step.losses.items()}
                losses = describe_losses(values)
                bar.progress.update(task, completed=step.index, total=step.total, losses=losses)
                if "held out" in values and not quiet:
                    say(f"step {step.index:,}: {losses}")
            if interrupts.signal is not None and not step.last:
                steps.close()  # type: ignore[attr-defined]
                raise RunError(
                    f"stopped after {count(step.index, 'step')}; the same command goes on",
                    SIGNALED + interrupts.signal,
                )
    return step


def _tell(folder: Path, last: Step | None, materials: Materials) -> None:
    """Say what there is now, and which pictures were of no use."""
    for pictures in _all_pictures(materials):
        for name, reason in list(pictures.bad.items())[:1]:
            skipped = count(len(pictures.bad), "picture")
            say(f"{skipped} skipped; {printable(name)} {reason}")
    if last is None:
        print(f"{printable(folder / WEIGHTS)}: finished before; more --steps go on")
        return
    if last.note:
        say(last.note)
    print(f"{printable(folder / WEIGHTS)}: {count(last.index, 'step')}")


def _all_pictures(materials: Materials) -> Iterator[Pictures]:
    for each in (materials.photos, materials.paintings):
        if isinstance(each, Collections):
            yield from each
