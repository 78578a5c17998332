"""A run in a process of its own, so that its time and its memory are its own.

What a process used before stays in its peak of memory, and what it computed before is warm. Where
runs are compared, each one gets a fresh Python that does nothing else.
"""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from impasto.contracts import Step
from impasto.declare import Recipe
from impasto.errors import ImpastoError
from impasto.estimate import check_memory
from impasto.images.picture import ImageError
from impasto.job import prepare
from impasto.result import Result, finish
from impasto.run import run


@dataclass(frozen=True)
class Order:
    """A recipe, a photo, a painting, and the PNG file that the picture goes to."""

    recipe: Recipe
    content: str
    style: str
    seed: int
    threads: int
    picture: str


@dataclass(frozen=True)
class Delivery:
    """What a run took: seconds without starting Python, peak memory of its process in bytes.

    `memory` is None where the system doesn't tell. `metadata` are those of the picture.
    """

    seconds: float
    memory: int | None
    metadata: Mapping[str, Any]


def run_isolated(order: Order) -> Delivery:
    """Run a recipe in a fresh process and save its picture.

    Raises:
        ValueError: the run failed, and why, if only because memory was full.
        OSError: the picture can't be saved.
    """
    process = subprocess.run(
        [sys.executable, "-P", "-c", "from impasto.isolated import serve; serve()"],
        input=pickle.dumps((order, os.getpid())),
        capture_output=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        check=False,
    )
    try:
        reply = json.loads(process.stdout)
    except ValueError:
        raise ImpastoError(_why_silent(process.returncode, process.stderr)) from None
    if "unsaved" in reply:
        raise OSError(reply["unsaved"])
    if "failure" in reply:
        raise ImpastoError(reply["failure"])
    return Delivery(**reply)


def serve() -> None:
    """Do in this process what standard input orders; the answer is JSON on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the caller, who then ends this
    order, caller = pickle.load(sys.stdin.buffer)
    json.dump(_answer(order, caller), sys.stdout)


def _answer(order: Order, caller: int) -> dict[str, Any]:
    try:
        result, memory = _run(order, caller)
    except ImpastoError as error:
        return {"failure": str(error)}
    except Exception as error:
        return {"failure": f"{type(error).__name__}: {error}"}
    try:
        result.save(order.picture)
    except ImageError as error:
        return {"unsaved": str(error)}
    return {"seconds": result.seconds, "memory": memory, "metadata": dict(result.metadata)}


def _run(order: Order, caller: int) -> tuple[Result, int | None]:
    torch.set_num_threads(order.threads)
    job = prepare(order.content, order.style, recipe=order.recipe, seed=order.seed)
    memory = check_memory(job)
    steps = run(job.recipe, job.inputs, seed=job.seed, memory=memory)
    result = finish(job, _while_awaited(steps, caller))
    return result, peak_memory()


def _while_awaited(steps: Iterator[Step], caller: int) -> Iterator[Step]:
    """Pass steps on until the caller is gone: killed, it could not end this process."""
    for step in steps:
        if os.getppid() != caller:
            sys.exit()
        yield step


def peak_memory() -> int | None:
    """Return the most memory, in bytes, that this process has had; None where nobody tells."""
    try:
        # getrusage would not do on Linux: its maximum survives exec, and so includes the caller's.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.split("VmHWM:")[1].split()[0]) * 1024
    except (OSError, IndexError):  # another system
        pass
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS


def _why_silent(code: int, said: bytes) -> str:
    """Say why a process ended without an answer."""
    if code == -signal.SIGKILL:
        return (
            "the process of the run was killed, as Linux does when memory is full; choose a "
            "smaller size, or close other programs"
        )
    if code < 0:
        return f"the process of the run was ended by {signal.Signals(-code).name}"
    lines = said.decode(errors="replace").strip().splitlines()
    return f"the process of the run ended without a picture: {lines[-1] if lines else code}"
