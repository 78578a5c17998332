"""The work of `impasto doctor`: to look at versions, processors, arithmetic, memory, networks."""

import json
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch

from impasto.cli.doctor.form import Doctor
from impasto.cli.exits import FAILED, OK
from impasto.memory import available_memory, usable
from impasto.networks.precision import bfloat16_units, network_dtype
from impasto.networks.trial import try_convolution
from impasto.processors import usable_processors
from impasto.weights import store
from impasto.weights.table import TABLE, WeightsError
from impasto.weights.trained import TRAINED, verify_trained
from impasto.wording import count, describe_bytes

PACKAGES = ("torch", "numpy", "pillow")
"""On whose versions pictures depend."""

TRIED = {"bfloat16": torch.bfloat16, "float32": torch.float32}

TOLERATED = {"bfloat16": 1e-2, "float32": 1e-5}
"""Relative errors of a convolution, several times what rounding makes of it: of each result in
bfloat16, 2e-3, and of sums of 2304 products in float32, 1e-6."""

CPU = torch.device("cpu")


def report(given: Doctor) -> int:
    """Print the report; return the exit code."""
    found = examine()
    if given.json:
        print(json.dumps(found, indent=2))
    else:
        for name, text in in_words(found):
            print(f"{name:11} {text}")
    return FAILED if found["problems"] else OK


def examine() -> dict[str, Any]:
    """Return what there is to say."""
    free = available_memory(CPU)
    arithmetic = {name: try_convolution(dtype, CPU) for name, dtype in TRIED.items()}
    networks = {name: _state(name) for name in (*TABLE, *TRAINED)}
    found = {
        "versions": {
            "impasto": version("impasto"),
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor_name(),
        "processors": usable_processors(),
        "threads": torch.get_num_threads(),
        "memory": {"free_bytes": free, "planned_bytes": usable(free)},
        "arithmetic": {
            "chosen": str(network_dtype("auto", CPU)).removeprefix("torch."),
            "bfloat16_units": list(bfloat16_units()),
            **{name: trial._asdict() for name, trial in arithmetic.items()},
        },
        "devices": list(devices()),
        "networks": networks,
    }
    return {**found, "problems": list(problems(found))}


def in_words(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Return lines of the report: what is spoken of, and what is said."""
    names = found["versions"].items()
    yield "versions", ", ".join(f"{name} {number}" for name, number in names)
    yield "system", f"{found['system']}, {found['processor']}"
    threads = count(found["threads"], "thread")
    yield "processors", f"{found['processors']} can be used; impasto takes {threads}"
    memory = found["memory"]
    free, planned = (describe_bytes(memory[name]) for name in ("free_bytes", "planned_bytes"))
    yield "memory", f"{free} free; a run is planned with {planned} at most"
    arithmetic = found["arithmetic"]
    units = " and ".join(arithmetic["bfloat16_units"]) or "none"
    yield "arithmetic", f"{arithmetic['chosen']}; units for bfloat16 in the processor: {units}"
    for name in TRIED:
        rate, error = arithmetic[name]["rate"], arithmetic[name]["error"]
        yield "", f"{name}: {rate / 1e9:.0f} GFLOP/s in a convolution, error {error:.0e}"
    yield "devices", ", ".join(found["devices"])
    for number, (name, state) in enumerate(found["networks"].items()):
        yield ("" if number else "networks"), f"{name}: {state}"
    yield "all in all", "; ".join(found["problems"]) or "all is well"


def problems(found: dict[str, Any]) -> Iterator[str]:
    """Return what is broken, and what to do."""
    for name, tolerated in TOLERATED.items():
        error = found["arithmetic"][name]["error"]
        if not error <= tolerated:
            other = next(each for each in TRIED if each != name)
            yield (
                f"a convolution in {name} has a relative error of {error:.0e}; expected at most "
                f"{tolerated:.0e}; use --precision {other}, or another version of torch"
            )
    for name, state in found["networks"].items():
        if state not in (HERE, ABSENT):
            yield f"{name} is damaged: {state}"


HERE, ABSENT = "here, undamaged", "not here (`impasto weights fetch` gets it)"


def _state(name: str) -> str:
    """Return whether a network is there, or what is wrong with it."""
    try:
        if name in TRAINED:
            verify_trained(name)
        elif name in store.available() or TABLE[name].shipped:
            store.verify(name)
        else:
            return ABSENT
    except (WeightsError, OSError) as error:
        return str(error)
    return HERE


def devices() -> Iterator[str]:
    """Return what torch can compute on here, as `--device` wants it."""
    yield "cpu"
    if torch.cuda.is_available():
        yield "cuda"
    if torch.backends.mps.is_available():
        yield "mps"


def processor_name() -> str:
    """Return what the processor is called, if only by its family."""
    if sys.platform == "linux":
        try:
            lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        except OSError:
            lines = []
        for line in lines:
            name, _, text = line.partition(":")
            if name.strip() == "model name":
                return text.strip()
    return platform.processor() or platform.machine()
