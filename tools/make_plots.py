"""Draw what the benchmarks wrote: the plots in `docs/images`, out of `benchmarks/results`.

With no name all are drawn:

    python tools/make_plots.py [tradeoff] [evaluation_cost] [standard_against_yardstick]
"""

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

ROOT = Path(__file__).parents[1]
RESULTS, IMAGES = ROOT / "benchmarks" / "results", ROOT / "docs" / "images"

CONTENT = "ms-ssim"
STYLE = ("sliced-wasserstein", "random-filter", "coverage")
COLORS = {"draft": "#c2703d", "standard": "#2f6f8f", "best": "#5b8c3a"}
LABELED = (10, 100, 1000)  # of the style weights: all would cover one another
DPI = 144  # sharp on screens of two pixels to a point


def main() -> None:
    """Draw the plots that were asked for; by default all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("plots", nargs="*", help=f"some of {', '.join(PLOTS)}; default: all")
    wanted = parser.parse_args().plots or list(PLOTS)
    unknown = set(wanted) - set(PLOTS)
    if unknown:
        parser.error(f"{unknown.pop()} is not a plot; expected some of {', '.join(PLOTS)}")
    for name in wanted:
        path = IMAGES / f"{name}.png"
        PLOTS[name]().savefig(path, dpi=DPI)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def tradeoff() -> Figure:
    """Return curves of style reached over content kept, and the recipes as they are as stars."""
    points = json.loads((RESULTS / "tradeoff.json").read_text(encoding="utf-8"))["points"]
    figure, axes = plt.subplots(1, len(STYLE), figsize=(11, 3.8), layout="constrained")
    for axis, metric in zip(axes, STYLE, strict=True):
        for name, color in COLORS.items():
            _curve(axis, [point for point in points if point.get("recipe") == name], metric, color)
        axis.set(xlabel=f"{CONTENT}: more of the photo →", ylabel=f"{metric}: nearer to it ↓")
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25)
    axes[0].legend(frameon=False)
    return figure


def evaluation_cost() -> Figure:
    """Return seconds per pixel, and memory, over megapixels."""
    stored = json.loads((RESULTS / "evaluation_cost.json").read_text(encoding="utf-8"))
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    kinds = (("in one", "#2f6f8f", False), ("in tiles", "#c2703d", True))
    for words, color, tiled in kinds:
        measured = [each for each in stored["measured"] if bool(each["tile"]) == tiled]
        pixels = [each["size"][0] * each["size"][1] / 1e6 for each in measured]
        seconds = [each["seconds"] / count for each, count in zip(measured, pixels, strict=True)]
        memory = [each["process"] / 1e9 for each in measured]
        for axis, values in zip(axes, (seconds, memory), strict=True):
            axis.plot(pixels, values, marker="o", color=color, label=words)
    axes[0].set(ylabel="seconds for an evaluation, per megapixel")
    axes[1].set(ylabel="memory of the process, GB")
    for axis in axes:
        axis.set(xscale="log", xlabel="megapixels", ylim=(0, 1.2 * axis.get_ylim()[1]))
        axis.xaxis.set_major_formatter("{x:g}")
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25)
    axes[1].legend(frameon=False, loc="lower right")
    return figure


def standard_against_yardstick() -> Figure:
    """Return the course of every pair's loss, as a multiple of the yardstick's best, over time."""
    stored = json.loads((RESULTS / "standard_against_yardstick.json").read_text(encoding="utf-8"))
    pairs = stored["pairs"]
    figure, axes = plt.subplots(
        1,
        len(pairs),
        figsize=(2.6 * len(pairs), 3.4),
        sharex=True,
        sharey=True,
        layout="constrained",
    )
    kinds = (
        ("yardstick", "the plainest loop", "#8a8a8a"),
        ("float32", "standard, float32", "#2f6f8f"),
        ("auto", "standard", "#c2703d"),
    )
    for axis, pair in zip(axes, pairs, strict=True):
        best = pair["yardstick"]["best"]["loss"]
        for kind, label, color in kinds:
            seconds = [point["seconds"] for point in pair[kind]["course"]]
            losses = [point["loss"] / best for point in pair[kind]["course"]]
            axis.plot(seconds, losses, color=color, label=label, marker=".", markersize=4)
        axis.axhline(1, color="#8a8a8a", linewidth=0.8, linestyle=":")
        axis.set(xscale="log", yscale="log", xlabel="seconds from the start")
        for scale in (axis.xaxis, axis.yaxis):
            scale.set_major_formatter("{x:g}")
            scale.set_minor_formatter("")
        axis.set_title(f"{pair['content']}, {pair['style'].replace('_', ' ')}", fontsize=9)
        axis.spines[["top", "right"]].set_visible(False)
        axis.grid(alpha=0.25)
    axes[0].set(ylabel="loss of the saved picture,\nthe loop's best = 1")
    axes[0].legend(frameon=False, fontsize=8)
    return figure


def _curve(axis: Axes, points: list[dict[str, Any]], metric: str, color: str) -> None:
    """Draw a recipe's points; the last of them is the recipe as it is."""
    medians = [point["medians"] for point in points]
    *x, own_x = (each[CONTENT] for each in medians)
    *y, own_y = (each[metric] for each in medians)
    axis.plot(x, y, marker="o", markersize=4, color=color, label=points[-1]["recipe"])
    axis.plot(own_x, own_y, marker="*", markersize=13, color=color, markeredgecolor="white")
    for point, kept, reached in zip(points[:-1], x, y, strict=True):
        if point["style_weight"] in LABELED:
            text = f"{point['style_weight']:g}"
            style: dict[str, Any] = {"fontsize": 7, "color": color}
            axis.annotate(text, (kept, reached), (5, 4), textcoords="offset points", **style)


PLOTS = {
    "tradeoff": tradeoff,
    "evaluation_cost": evaluation_cost,
    "standard_against_yardstick": standard_against_yardstick,
}

if __name__ == "__main__":
    main()
