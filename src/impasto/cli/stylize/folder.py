"""`impasto stylize FOLDER STYLE -o OUT`: every picture of a folder, one after the other."""

import json
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from impasto.checks import check_device
from impasto.cli.arguments import UsageError
from impasto.cli.exits import FAILED, OK, SIGNALED, RunError, explain
from impasto.cli.interrupts import Interrupts
from impasto.cli.run.outputs import (
    PICTURE_SUFFIXES,
    folders_in,
    new_folder,
    outputs_in,
    pictures_in,
)
from impasto.cli.run.perform import perform, tell
from impasto.cli.run.request import Request
from impasto.cli.run.task import Places, start
from impasto.cli.stylize.form import Stylize
from impasto.cli.stylize.made import is_made
from impasto.cli.terminal import say
from impasto.images.read import read_picture
from impasto.wording import count, printable


def stylize_folder(given: Stylize, request: Request) -> int:
    """Stylize every picture of a folder; one that can't be used doesn't stop the others.

    A finished picture of the very same run is left as it is, so that the same command goes on after
    an interruption.

    Raises:
        ValueError: something is wrong that concerns all of them.
        RunError: it was interrupted.
    """
    _check(given, request)
    contents, watching = pictures_in(request.content), given.watching
    _check_any(request, contents)
    folder = _make_folder(given.output, request)
    outputs = outputs_in(folder, contents, given.format or "png")
    if not watching.quiet:
        _say_what_is_left(request.content, folder)
    done: list[dict[str, Any]] = []
    kept: list[str] = []
    failed: list[dict[str, str]] = []
    with Interrupts() as interrupts:
        for number, (content, output) in enumerate(zip(contents, outputs, strict=True), start=1):
            this = f"picture {number} of {len(contents)}"
            protect = (*contents, *request.files[1:])
            places = Places(output, protect, watching, one_of_many=True)
            try:
                record = _paint(replace(request, content=content), places, interrupts)
            except Exception as error:
                code, sentence = explain(error)
                if code > SIGNALED:
                    raise RunError(f"{this}: {sentence}; {_way_on(given, folder)}", code) from error
                say(f"{this} failed: {sentence}")
                failed.append({"path": printable(content), "error": sentence})
                continue
            if record is None:
                kept.append(printable(output))
            else:
                done.append(record)
            if interrupts.signal is not None and number < len(contents):
                stop = SIGNALED + interrupts.signal
                raise RunError(f"stopped after {this}; {_way_on(given, folder)}", stop)
    _tell_all(done, kept, failed, given)
    return FAILED if failed else OK


def _paint(request: Request, places: Places, interrupts: Interrupts) -> dict[str, Any] | None:
    """Paint one picture and say so; None if it was there already."""
    places.check()
    task = start(request, places)
    if is_made(places.output, task.job.describe()):
        return None
    record = perform(task, interrupts)
    if not places.watching.json:
        tell(record, places)
    return record


def _tell_all(
    done: list[dict[str, Any]], kept: list[str], failed: list[dict[str, str]], given: Stylize
) -> None:
    if kept and not given.watching.quiet:
        were = "was" if len(kept) == 1 else "were"
        say(f"{count(len(kept), 'picture')} {were} there already, made just so, and left alone")
    if given.watching.json:
        print(json.dumps({"pictures": done, "kept": kept, "failed": failed}))


def _way_on(given: Stylize, folder: str) -> str:
    """Say how to go on with a folder."""
    if not given.watching.metadata:
        return "the same command begins again: without metadata no picture says that it is finished"
    named = "" if given.output else f" with -o {shlex.quote(printable(folder))}"
    return f"the same command{named} goes on there"


def _check(given: Stylize, request: Request) -> None:
    """Refuse what makes no sense for many pictures, or would fail for each of them."""
    single = {
        "--checkpoint": given.checkpoint,
        "--preview": given.watching.preview,
        "--timelapse": given.watching.timelapse,
        "--content-mask": given.content_mask,
        "--style-masks": given.style_masks,
        "--dry-run": given.dry_run,
    }
    for flag, value in single.items():
        if value:
            raise UsageError(f"{flag} is for one picture; expected a file, got a folder of them")
    if "-" in (*request.files, given.output):
        raise UsageError("- is one picture; expected files for a folder of pictures")
    check_device(request.device)
    for name in request.files[1:]:
        read_picture(name)


def _check_any(request: Request, contents: Sequence[str]) -> None:
    """Say once what is wrong with every picture: mostly it is a setting, and not the pictures.

    One that can be used is enough; so this reads the first one only, as a rule.
    """
    sentences: list[str] = []
    for content in contents:
        try:
            start(replace(request, content=content), Places("-", ()))
        except ValueError as error:
            sentences.append(str(error))
        else:
            return
    if len(set(sentences)) == 1:
        raise UsageError(sentences[0])
    raise UsageError(
        f"none of the {len(contents)} pictures in {printable(request.content)} can be used; the "
        f"first: {sentences[0]}"
    )


def _say_what_is_left(contents: str, made: str) -> None:
    left = [path for path in folders_in(contents) if not os.path.samefile(path, made)]
    if left:
        are = "is" if len(left) == 1 else "are"
        say(
            f"{count(len(left), 'folder')} in {printable(contents)} {are} left alone; name one "
            "instead of it to paint what is in there"
        )


def _make_folder(output: str | None, request: Request) -> str:
    """Make the folder for the results, if it isn't there; without a name, always a new one."""
    path = output or new_folder(request.content, request.named_after)
    name = printable(path)
    if os.path.exists(path) and os.path.samefile(path, request.content):
        raise UsageError(
            f"{name} is the folder of the photos; expected another one for the pictures"
        )
    if Path(path).suffix.lower() in PICTURE_SUFFIXES and not os.path.isdir(path):
        raise UsageError(
            f"{name} is the name of one picture, and the photos are a folder; expected a folder "
            "for the pictures (--format chooses what they are)"
        )
    try:
        Path(path).mkdir(exist_ok=output is not None)
    except OSError as error:
        if output is None and isinstance(error, FileExistsError):  # made in this very moment
            return _make_folder(None, request)
        raise UsageError(
            f"the folder {name} can't be made ({error.strerror}); expected a folder for the "
            "pictures"
        ) from error
    return path
