"""`impasto stylize FOLDER STYLE -o OUT`: every picture of a folder, one after the other."""

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from impasto.cli.arguments import UsageError
from impasto.cli.exits import FAILED, OK, SIGNALED, RunError, explain
from impasto.cli.interrupts import Interrupts
from impasto.cli.outputs import new_folder, outputs_in, pictures_in
from impasto.cli.perform import perform, tell
from impasto.cli.request import Request
from impasto.cli.stylize_form import Stylize
from impasto.cli.task import Places, start
from impasto.cli.terminal import say
from impasto.images.picture import printable
from impasto.images.read import read_picture


def stylize_folder(given: Stylize, request: Request) -> int:
    """Stylize every picture of a folder; one that can't be used doesn't stop the others.

    Raises:
        ValueError: something is wrong that concerns all of them.
        RunError: it was interrupted.
    """
    _check(given, request)
    contents = pictures_in(request.content)
    folder = _make_folder(given.output, request)
    outputs, watching = outputs_in(folder, contents), given.watching
    done: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    with Interrupts() as interrupts:
        for number, (content, output) in enumerate(zip(contents, outputs, strict=True), start=1):
            places = Places(output, (*contents, *request.files[1:]), watching)
            try:
                places.check()
                record = perform(start(replace(request, content=content), places), interrupts)
            except Exception as error:
                code, sentence = explain(error)
                if code > SIGNALED:
                    raise
                say(f"picture {number} of {len(contents)} failed: {sentence}")
                failed.append({"path": printable(content), "error": sentence})
                continue
            done.append(record)
            if not watching.json:
                tell(record, places)
            if interrupts.signal is not None:
                raise RunError(f"stopped after {places.output}", SIGNALED + interrupts.signal)
    if watching.json:
        print(json.dumps({"pictures": done, "failed": failed}))
    return FAILED if failed else OK


def _check(given: Stylize, request: Request) -> None:
    """Refuse what makes no sense for many pictures, or would fail for each of them."""
    single = {
        "--checkpoint": given.checkpoint,
        "--preview": given.watching.preview,
        "--timelapse": given.watching.timelapse,
        "--content-mask": given.content_mask,
        "--dry-run": given.dry_run,
    }
    for flag, value in single.items():
        if value:
            raise UsageError(f"{flag} is for one picture; expected a file, got a folder of them")
    if "-" in (*request.files, given.output):
        raise UsageError("- is one picture; expected files for a folder of pictures")
    request.check()
    for name in request.files[1:]:
        read_picture(name)


def _make_folder(output: str | None, request: Request) -> str:
    """Make the folder for the results, if it isn't there; without a name, always a new one."""
    path = output or new_folder(request.content, request.styles)
    if os.path.exists(path) and os.path.samefile(path, request.content):
        raise UsageError(
            f"{printable(path)} is the folder of the photos; expected another one for the pictures"
        )
    try:
        Path(path).mkdir(exist_ok=output is not None)
    except OSError as error:
        if output is None and isinstance(error, FileExistsError):  # made in this very moment
            return _make_folder(None, request)
        raise UsageError(
            f"the folder {printable(path)} can't be made ({error.strerror}); expected a folder for "
            "the pictures"
        ) from error
    return path
