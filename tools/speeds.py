"""What the benchmarks of speed and memory found, as tables for docs/performance.md."""

import json
from statistics import median
from typing import Any

from results import RESULTS

AMX = "_amx"
"""What the names of results end in that were measured on another machine, one with AMX."""

SCRIPTS = (
    "share",
    f"share{AMX}",
    "memory_per_pixel",
    "evaluation_cost",
    "arithmetic",
    "cold_start",
    "evaluate_time",
)

Rows = list[tuple[str, ...]]


def read(name: str) -> dict[str, Any]:
    """Return what a benchmark wrote."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def machine_rows() -> Rows:
    """Return what each figure was measured on."""
    return [
        (f"`{name.removesuffix(AMX)}.py`", *_of_machine(read(name)["machine"])) for name in SCRIPTS
    ]


def _of_machine(machine: dict[str, Any]) -> tuple[str, ...]:
    arithmetic = machine["arithmetic"]
    units = ", ".join(arithmetic["bfloat16_units"]) or "no units for bfloat16"
    rates = (f"{arithmetic[name]['rate'] / 1e9:.0f}" for name in ("bfloat16", "float32"))
    return (
        f"{machine['processor']}, {units}",
        str(machine["threads"]),
        *rates,
        machine["versions"]["torch"],
        f"`{machine['commit'][:10]}`",
    )


def share_rows(machine: str = "") -> Rows:
    """Return what an evaluation reaches beside its convolutions alone, on one machine."""
    return [
        (
            each["arithmetic"],
            f"{each['side']} x {each['side']}",
            f"{each['evaluation'] / 1e9:.0f}",
            f"{each['convolutions'] / 1e9:.0f}",
            f"{100 * each['share']:.0f} %",
            f"{100 * each['best']:.0f} %",
            f"{100 * each['shares'][0]:.0f} to {100 * each['shares'][-1]:.0f} %",
        )
        for each in read(f"share{machine}")["measured"]
    ]


def memory_rows() -> Rows:
    """Return the bytes that a pixel more costs."""
    return [
        (each["arithmetic"], f"{each['per_pixel']:.0f}")
        for each in read("memory_per_pixel")["measured"]
    ]


def cost_rows() -> Rows:
    """Return what an evaluation costs at each size."""
    measured = read("evaluation_cost")["measured"]
    first = next(each for each in measured if _pixels(each) > 0.9e6)
    return [
        (
            f"{each['size'][0]} x {each['size'][1]}",
            f"{_pixels(each) / 1e6:.2g}",
            f"tiles of {each['tile']}" if each["tile"] else "in one",
            f"{each['seconds']:.3g} s",
            f"{1e6 * _per_pixel(each):.2f}",
            f"{_per_pixel(each) / _per_pixel(first):.2f}",
            f"{each['process'] / 1e6:,.0f}",
            f"{each['taken'] / each['planned']:.2f}",
        )
        for each in measured
    ]


def arithmetic_rows() -> Rows:
    """Return the loss of what bfloat16 paints beside that of what float32 paints."""
    return [
        (
            _pair(each),
            *(f"{each[name]['loss']:.4g}" for name in ("bfloat16", "float32")),
            f"{100 * (each['ratio'] - 1):+.2f} %",
        )
        for each in read("arithmetic")["pairs"]
    ]


def yardstick_rows(machine: str = "") -> Rows:
    """Return how much sooner `standard` is as good as the yardstick at its best, and the median."""
    pairs = read(f"standard_against_yardstick{machine}")["pairs"]
    rows = [
        (
            _pair(each),
            f"{each['yardstick']['best']['seconds']:.0f} s",
            *(f"{each[name]['seconds']:.1f} s" for name in ("auto", "float32")),
            *(_times(each[name]["sooner"]) for name in ("auto", "float32")),
        )
        for each in pairs
    ]
    medians = (median(each[name]["sooner"] for each in pairs) for name in ("auto", "float32"))
    return [*rows, ("median", "", "", "", *map(_times, medians))]


def start_rows() -> Rows:
    """Return how long what computes nothing takes."""
    return [(name, f"{seconds:.2f} s") for name, seconds in read("cold_start")["seconds"].items()]


def judging_rows() -> Rows:
    """Return how long it takes to judge one picture."""
    found = read("evaluate_time")
    times = [f"{seconds:.1f} s" for seconds in found["seconds"]]
    return [(f"{found['size']} pixels", times[len(times) // 2], ", ".join(times))]


def _pair(record: dict[str, Any]) -> str:
    return f"{record['content']}, {record['style'].replace('_', ' ')}"


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times"


def _pixels(record: dict[str, Any]) -> int:
    return record["size"][0] * record["size"][1]


def _per_pixel(record: dict[str, Any]) -> float:
    return record["seconds"] / _pixels(record)
