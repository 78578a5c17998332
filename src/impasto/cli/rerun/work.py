"""The work of `impasto rerun`: the request that a picture is the answer to, asked again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from impasto.checkpoint import machine_changes
from impasto.cli.arguments import UsageError
from impasto.cli.exits import OK
from impasto.cli.rerun.form import Rerun
from impasto.cli.run.locate import locate_inputs
from impasto.cli.run.outputs import beside
from impasto.cli.run.perform import perform, tell
from impasto.cli.run.request import Request
from impasto.cli.run.task import Places, set_threads_of, start, whole_number
from impasto.images.metadata import read_metadata
from impasto.recipes import RECIPES, find_recipe
from impasto.wording import printable

AS_STORED = ("recipe", "settings", "color", "style_weights", "seed")
"""What a picture says of its making in the words of a request."""


def rerun_picture(given: Rerun) -> int:
    """Make the picture again; return the exit code.

    Raises:
        ValueError: something cannot be used; nothing was started.
        RunError: it was interrupted, or the picture can't be written.
    """
    name, made = printable(given.picture), read_metadata(given.picture)
    if made is None:
        raise UsageError(
            f"{name} doesn't say how it was made; expected a picture that impasto saved, without "
            "--no-metadata, and that no other program saved again"
        )
    try:
        request, notes = _request(given, made)
        set_threads_of(made)
        same = (given.recipe, given.size, given.seed) == (None, None, None)
        stop_after = whole_number(made["evaluations"]) if same and made.get("stopped") else None
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
        f"{name} was made with {key} {there}, and here it is {here}: details may differ"
        for key, there, here in machine_changes(made, now)
    )
    tell(perform(replace(task, job=replace(task.job, notes=task.job.notes + notes))), places)
    return OK


def _request(given: Rerun, made: Mapping[str, Any]) -> tuple[Request, tuple[str, ...]]:
    files, notes = locate_inputs(given.picture, made["inputs"], given.moved)
    made = {**made, **_changes(given, made)}
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


def _changes(given: Rerun, made: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be otherwise than it was."""
    settings = dict(made["settings"])
    if given.recipe is not None:
        find_recipe(given.recipe)
        settings = {name: settings[name] for name in ("size", "size_of") if name in settings}
    if given.size is not None:
        settings |= {"size": given.size, "size_of": "longer"}
    changed: dict[str, Any] = {"settings": settings}
    if given.recipe is not None:
        changed["recipe"] = given.recipe
    if given.seed is not None:
        changed["seed"] = given.seed
    return changed
