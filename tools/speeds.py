"""What the benchmarks of speed and memory found, as tables for docs/performance.md."""

import json
from collections.abc import Iterator
from statistics import median
from typing import Any

from results import RESULTS

Rows = list[tuple[str, ...]]


def read(name: str) -> dict[str, Any]:
    """Return what a benchmark wrote."""
    return json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))


def machine_rows() -> Rows:
    """Return what each figure was measured on."""
    names = ("cold_start", "share", "evaluation_cost", "standard_against_yardstick")
    return [(f"`{name}.py`", *_of_machine(each)) for name in names for each in _machines(name)]


def _machines(name: str) -> Iterator[dict[str, Any]]:
    """Yield the machines of a benchmark, each once."""
    stored = read(name)
    there = [stored] if "machine" in stored else stored["pairs"]
    seen: list[tuple[str, ...]] = []
    for each in there:
        if _of_machine(each["machine"]) not in seen:
            seen.append(_of_machine(each["machine"]))
            yield each["machine"]


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


def sooner_rows() -> Rows:
    """Return how much sooner `standard` is as good as the yardstick's best; the median last."""
    pairs = read("standard_against_yardstick")["pairs"]
    rows = [
        (
            f"{pair['content']}, {pair['style']}".replace("_", " "),
            f"{pair['yardstick']['best']['seconds']:.0f} s",
            f"{pair['auto']['seconds']:.0f} s",
            f"{pair['auto']['sooner']:.0f} times",
            f"{pair['float32']['sooner']:.0f} times",
        )
        for pair in pairs
    ]
    middle = (median(pair[name]["sooner"] for pair in pairs) for name in ("auto", "float32"))
    return [*rows, ("median", "", "", *(f"{ratio:.0f} times" for ratio in middle))]


def share_rows() -> Rows:
    """Return what an evaluation reaches beside its convolutions alone."""
    return [
        (
            each["arithmetic"],
            f"{each['side']} x {each['side']}",
            f"{each['evaluation'] / 1e9:.0f}",
            f"{each['convolutions'] / 1e9:.0f}",
            f"{100 * each['share']:.0f} %",
            f"{100 * each['shares'][0]:.0f} to {100 * each['shares'][-1]:.0f} %",
        )
        for each in read("share")["measured"]
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


def start_rows() -> Rows:
    """Return how long what computes nothing takes."""
    return [(name, f"{seconds:.2f} s") for name, seconds in read("cold_start")["seconds"].items()]


def _pixels(record: dict[str, Any]) -> int:
    return record["size"][0] * record["size"][1]


def _per_pixel(record: dict[str, Any]) -> float:
    return record["seconds"] / _pixels(record)
