"""An interrupted run as one file, from which it goes on as if it had never stopped.

A checkpoint is a safetensors file: what `Step.state` gave, and as JSON in its metadata which run
that is. It appears whole or not at all, so that after a power cut the one before is still there.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from impasto.atomic import AnyPath, clear_unfinished
from impasto.errors import ImpastoError
from impasto.images.destination import replacing
from impasto.shelf import computed, parts
from impasto.wording import printable

FORMAT = 2
"""Of the files that this impasto writes and reads."""

_KEY = "impasto-checkpoint"

_DTYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.bfloat16: "BF16",
    torch.float16: "F16",
    torch.int64: "I64",
    torch.bool: "BOOL",
}


class CheckpointError(ImpastoError):
    """A checkpoint that can't be used; one sentence says why and what to do."""


@dataclass(frozen=True)
class Checkpoint:
    """Where a run was.

    `run` is what `Job.describe` says of it, and `request` what its owner needs to prepare the same
    job again. `seconds` are those that the run has taken so far, `evaluations` its steps.
    """

    run: Mapping[str, Any]
    request: Mapping[str, Any]
    seconds: float
    evaluations: int
    state: Mapping[str, Tensor]


def save_checkpoint(path: AnyPath, checkpoint: Checkpoint) -> None:
    """Write a checkpoint in the place of the one before, at once.

    Raises:
        ImageError: the disk is full or another error of the system; the one before is still there.
    """
    about = {
        "format": FORMAT,
        "run": checkpoint.run,
        "request": checkpoint.request,
        "seconds": checkpoint.seconds,
        "evaluations": checkpoint.evaluations,
    }
    tensors = {name: value.cpu().contiguous() for name, value in checkpoint.state.items()}
    with replacing(path) as file:
        file.write(_header(tensors, {_KEY: json.dumps(about)}))
        for value in tensors.values():
            for (part,) in parts(value):
                file.write(part.view(torch.uint8).numpy().data)


def _header(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> bytes:
    """Return what a safetensors file begins with.

    The library copies every tensor before it writes it, or writes to a file of a name of its own
    that a killed process leaves behind.
    """
    entries: dict[str, Any] = {"__metadata__": metadata}
    end = 0
    for name, value in tensors.items():
        begin, end = end, end + value.numel() * value.itemsize
        shape, offsets = list(value.shape), [begin, end]
        entries[name] = {"dtype": _DTYPES[value.dtype], "shape": shape, "data_offsets": offsets}
    text = json.dumps(entries).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def remove_checkpoint(path: AnyPath) -> None:
    """Remove a checkpoint that is not needed any more, and what killed processes left of it."""
    Path(path).unlink(missing_ok=True)
    clear_unfinished(path)


def read_checkpoint(path: AnyPath) -> Checkpoint:
    """Read a checkpoint; its tensors lie on the CPU.

    Raises:
        CheckpointError: there is no such file, or it isn't a whole checkpoint that this version of
            impasto understands.
    """
    name, place = printable(path), Path(path)
    if not os.path.isfile(place):
        what = "is a folder" if os.path.isdir(place) else "doesn't exist"
        raise CheckpointError(
            f"{name} {what}; expected a checkpoint, which `impasto stylize --checkpoint` writes"
        )
    try:
        with cast(Any, safe_open(place, framework="pt")) as file:
            metadata: dict[str, str] = file.metadata() or {}
            names: list[str] = list(file.keys())
        state = {key: _read(place, key) for key in names}
    except SafetensorError as error:
        raise _unreadable(name, place) from error
    except OSError as error:
        raise CheckpointError(
            f"{name} can't be read ({error.strerror or error}); expected a checkpoint"
        ) from error
    if _KEY not in metadata:
        raise _unreadable(name, place)
    return _assemble(name, metadata[_KEY], state)


def _read(place: Path, key: str) -> Tensor:
    """Return a copy of a tensor, and let go of the file, all of which would stay in memory.

    Tensors of a mapped file are aligned to 8 bytes and ours to 64, on which the rounding of a
    matrix product may depend.
    """
    with cast(Any, safe_open(place, framework="pt")) as file:
        return computed(torch.clone, file.get_tensor(key))


def _unreadable(name: str, place: Path) -> CheckpointError:
    """Return what to say of a file that can't be read: a damaged checkpoint still begins as one."""
    with place.open("rb") as file:
        ours = _KEY.encode() in file.read(100)
    what = "is damaged, cut short perhaps" if ours else "is not a checkpoint of impasto"
    return CheckpointError(
        f"{name} {what}; expected a file that `impasto stylize --checkpoint` wrote; choose another "
        "name"
    )


def _assemble(name: str, text: str, state: Mapping[str, Tensor]) -> Checkpoint:
    try:
        about = cast(dict[str, Any], json.loads(text))
        if about["format"] != FORMAT:
            newer = about["format"] > FORMAT
            way_out = "update impasto" if newer else "begin again with another name"
            raise CheckpointError(
                f"{name} was written by {'a newer' if newer else 'an older'} impasto; expected "
                f"format {FORMAT}, got {about['format']}; {way_out}"
            )
        _ = [(each["role"], each["sha256"]) for each in about["run"]["inputs"]]  # or it is damaged
        _ = about["run"]["settings"].keys()
        return Checkpoint(
            run=dict(about["run"]),
            request=dict(about["request"]),
            seconds=float(about["seconds"]),
            evaluations=int(about["evaluations"]),
            state=state,
        )
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        if isinstance(error, CheckpointError):
            raise
        raise CheckpointError(
            f"{name} is damaged: its description can't be read ({error!r}); begin again with "
            "another name"
        ) from error


def check_same_run(name: str, checkpoint: Checkpoint, run: Mapping[str, Any]) -> tuple[str, ...]:
    """Refuse to continue another run than `run`, which is what `Job.describe` says of it.

    `name` is what messages call the checkpoint. Returns sentences for the user: what differs
    without making it another run: rounding.

    Raises:
        CheckpointError: the recipe, a setting, the seed or one of the pictures is another.
    """
    before, now = checkpoint.run, cast(dict[str, Any], json.loads(json.dumps(run)))
    differences = _differing_inputs(before["inputs"], now["inputs"])
    for key in ("recipe", "method", "color", "seed", "style_weights", "settings"):
        differences += _differing(key.replace("_", " "), before.get(key), now[key])
    if before.get("weights") != now.get("weights"):
        differences.append("the network had other weights")
    if differences:
        raise CheckpointError(
            f"{name} is the checkpoint of another run: {', '.join(differences)}; repeat that "
            "run's command, or begin again with another name"
        )
    return tuple(
        f"{key} was {there} when {name} was written and is {here} now: details of the "
        "picture may differ from those of an uninterrupted run"
        for key, there, here in machine_changes(before, now)
    )


def machine_changes(
    before: Mapping[str, Any], now: Mapping[str, Any]
) -> list[tuple[str, Any, Any]]:
    """Return what changed between two runs that concerns rounding: what, before, now."""
    changes = [
        change
        for group in ("versions", "machine")
        for change in _changes(_mapping(before.get(group)), now[group])
    ]
    return [change for change in changes if change[0] != "python"]  # which computes nothing


def _differing(key: str, there: Any, here: Any) -> list[str]:
    if isinstance(there, dict) and isinstance(here, dict) and key == "settings":
        changes = _changes(cast(dict[str, Any], there), cast(dict[str, Any], here))
        return [f"{name} was {one!r} and is {other!r} now" for name, one, other in changes]
    return [] if there == here else [f"the {key} was {there!r} and is {here!r} now"]


def _changes(there: Mapping[str, Any], here: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    names = dict.fromkeys([*there, *here])
    pairs = [(name, there.get(name), here.get(name)) for name in names]
    return [(name, one, other) for name, one, other in pairs if one != other]


def _mapping(value: Any) -> Mapping[str, Any]:
    """Return what somebody else wrote if it is a mapping, and otherwise nothing."""
    return cast(Mapping[str, Any], value) if isinstance(value, dict) else {}


def _differing_inputs(there: list[dict[str, str]], here: list[dict[str, str]]) -> list[str]:
    """Compare pictures by content, not by name: a file may have been moved."""
    if [one["role"] for one in there] != [other["role"] for other in here]:
        return [f"it had {len(there)} pictures in other parts than these {len(here)}"]
    return [
        f"the {other['role']} {other['name']} was another picture"
        for one, other in zip(there, here, strict=True)
        if one["sha256"] != other["sha256"]
    ]


def to_device(state: Mapping[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """Return a checkpoint's state where the run computes."""
    return {name: value.to(device) for name, value in state.items()}
