"""A training as a folder of files, which goes on where it stopped.

    FOLDER/weights.safetensors    the best weights so far, in half precision
    FOLDER/sheet.png              what they make of pictures that were never learned from
    FOLDER/losses.csv             every loss on those pictures
    FOLDER/checkpoint             all that going on needs, bit for bit

Every file appears whole or not at all, and the weights can be used at any time.
"""

import csv
import io
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from impasto.checkpoint import Checkpoint, read_checkpoint, save_checkpoint
from impasto.contracts import Step
from impasto.errors import ImpastoError
from impasto.images.destination import replace_file
from impasto.images.write import save_image
from impasto.training.loop import Lesson, Plan, learn
from impasto.weights.format import write_weights
from impasto.wording import printable

EVERY = 120.0
"""Seconds between two checkpoints: so much is lost at worst, and writing one takes a second."""

WEIGHTS = "weights.safetensors"
"""What a training is for, in its folder."""

COLUMNS = ("steps", "seconds", "loss", "held out")


def teach(
    lesson: Lesson,
    plan: Plan,
    folder: Path,
    *,
    recipe: Mapping[str, Any],
    metadata: Mapping[str, str],
    every: float = EVERY,
) -> Iterator[Step]:
    """Learn in a folder, from its beginning or from where it was; yield every step.

    `recipe` says as JSON what is learned and from what; with the plan it goes into the metadata of
    the weights. A folder in which something else was learned is refused; more steps than were
    planned then are not. Of several processes the first one writes.

    Raises:
        ImpastoError: the folder holds another training, or can't be written to.
    """
    recipe = json.loads(json.dumps({**recipe, **asdict(plan), "dtype": str(plan.dtype)}))
    earlier = _earlier(folder, recipe)
    begin = time.monotonic() - (earlier.seconds if earlier else 0.0)
    writes, saved = not dist.is_initialized() or dist.get_rank() == 0, time.monotonic()

    def reached(step: Step) -> Checkpoint:
        state, run = step.state() if step.state else {}, {"inputs": [], "settings": recipe}
        return Checkpoint(run, {}, time.monotonic() - begin, step.index, state)

    for step in learn(lesson, plan, resume=earlier.state if earlier else None):
        judged = "held out" in step.losses
        if writes and (judged or time.monotonic() - saved > every):
            now, saved = reached(step), time.monotonic()
            if judged:
                _publish(folder, step, now, metadata)
            save_checkpoint(folder / "checkpoint", now)
        try:
            yield step
        except GeneratorExit:  # whoever stops here wants to go on from here
            if writes:
                save_checkpoint(folder / "checkpoint", reached(step))
            raise


def _earlier(folder: Path, recipe: Mapping[str, Any]) -> Checkpoint | None:
    path = folder / "checkpoint"
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImpastoError(
                f"{printable(folder)} can't be made ({error.strerror}); choose another folder"
            ) from error
        return None
    earlier = read_checkpoint(path)
    then = earlier.run["settings"]
    for name in sorted(recipe.keys() - {"steps"}):
        if then.get(name) != recipe[name]:
            raise ImpastoError(
                f"{printable(folder)} holds another training: {name} was {then.get(name)} and is "
                f"{recipe[name]} now; give what was given then, or choose another folder"
            )
    return earlier


def _publish(folder: Path, step: Step, reached: Checkpoint, metadata: Mapping[str, str]) -> None:
    """Write the loss down; if it is the best so far, the weights and what they can do."""
    held_out, seconds = step.losses["held out"].item(), round(reached.seconds)
    loss = sum(value.item() for name, value in step.losses.items() if name != "held out")
    _add_row(folder / "losses.csv", (step.index, seconds, loss, held_out))
    if int(reached.state["worse"]) == 0:
        trained = {"steps": str(step.index), "seconds": str(seconds), "held_out": str(held_out)}
        about = {**metadata, **trained, "recipe": json.dumps(reached.run["settings"])}
        write_weights(folder / WEIGHTS, _average(reached.state), about)
        save_image(folder / "sheet.png", step.image)


def _average(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the moving average of the weights, as they ship."""
    return {
        name.removeprefix("average."): value.to(torch.float16)
        for name, value in state.items()
        if name.startswith("average.")
    }


def _add_row(path: Path, row: tuple[float, ...]) -> None:
    """Add a row to a table; rows that a killed process wrote after its checkpoint are replaced."""
    rows: list[list[str]] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows = [each for each in list(csv.reader(file))[1:] if int(each[0]) < row[0]]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows, row])
    replace_file(path, text.getvalue().encode())
