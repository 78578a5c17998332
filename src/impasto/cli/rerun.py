"""`impasto rerun`: make a picture again, from what it knows of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

import tyro

from impasto.checkpoint import machine_changes
from impasto.cli.arguments import Moved, Name, Output, UsageError, Watching, parse
from impasto.cli.exits import OK
from impasto.cli.locate import locate_inputs
from impasto.cli.outputs import beside
from impasto.cli.perform import perform, tell
from impasto.cli.request import Request
from impasto.cli.task import Places, set_threads_of, start, whole_number
from impasto.images.metadata import read_metadata
from impasto.images.picture import printable
from impasto.job import DEFAULT_DEVICE
from impasto.recipes import RECIPES

AS_STORED = ("recipe", "settings", "color", "style_weights", "seed")
"""What a picture says of its making in the words of a request."""


@dataclass(frozen=True)
class Rerun:
    """Make a picture of impasto again: the same recipe, settings, seed and inputs.

    impasto rerun picture.png -o again.png
    """

    picture: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="PICTURE")]
    """a picture that impasto made"""
    output: Output = None
    """where the new one goes; by default a new file beside it"""
    moved: tyro.conf.OmitArgPrefixes[Moved] = field(default_factory=Moved)
    device: Name = DEFAULT_DEVICE
    """where to compute: cpu, cuda, mps"""
    watching: tyro.conf.OmitArgPrefixes[Watching] = field(default_factory=Watching)


def main(arguments: Sequence[str]) -> int:
    """Make a picture again, from what it knows of itself."""
    given = parse(Rerun, arguments, "impasto rerun")
    name, made = printable(given.picture), read_metadata(given.picture)
    if made is None:
        raise UsageError(
            f"{name} doesn't say how it was made; expected a picture that impasto saved, without "
            "--no-metadata, and that no other program saved again"
        )
    try:
        request, notes = _request(given, made)
        set_threads_of(made)
        stop_after = whole_number(made["evaluations"]) if made.get("stopped") else None
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UsageError(
            f"what {name} says of its making is damaged ({error!r}); expected a picture as "
            "impasto saved it"
        ) from error
    output = given.output or beside(given.picture, "again")
    files = (given.picture, *request.files)
    places = Places(output, files, given.watching, made_up=given.output is None)
    places.check()
    task = start(request, places, stop_after=stop_after)
    now = task.job.describe()
    if made.get("weights") not in (None, now["weights"]):
        notes += (f"{name} was made with other weights of its network: the picture will differ",)
    notes += tuple(
        f"{name} was made with {key} {there}, and here it is {here}: the last bits may differ"
        for key, there, here in machine_changes(made, now)
    )
    tell(perform(replace(task, job=replace(task.job, notes=task.job.notes + notes))), places)
    return OK


def _request(given: Rerun, made: Mapping[str, Any]) -> tuple[Request, tuple[str, ...]]:
    files, notes = locate_inputs(given.picture, made["inputs"], given.moved)
    own = None if made["recipe"] in RECIPES else made["method"]
    try:
        request = Request.from_json(
            {
                "content": files["content"][0],
                "styles": files["style"],
                "content_mask": files["content mask"],
                "style_masks": files["style mask"],
                "init_image": next(iter(files["init"]), None),
                "device": given.device,
                "method": own,
                **{name: made[name] for name in AS_STORED},
            }
        )
    except UsageError as error:
        raise UsageError(f"{printable(given.picture)} is damaged: {error}") from error
    return request, notes
