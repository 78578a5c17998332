"""What bfloat16 costs: the loss of the picture that is saved, beside the same run in float32.

Both losses are the recipe's own, of the 8-bit picture, computed in float32. A sheet with both
pictures of every pair lies in WORK.

    python benchmarks/arithmetic.py WORK --json benchmarks/results/arithmetic.json
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import torch
from machine import machine
from standard_against_yardstick import EXAMPLES, PAIRS

from impasto import RECIPES, Inputs, Style, load_image, save_image, stylize
from impasto.contracts import Image
from impasto.images.resize import size_of
from impasto.images.sheet import Tile, sheet
from impasto.methods.gatys import load_network, make_loss
from impasto.methods.gatys_settings import Gatys

ARITHMETICS = ("bfloat16", "float32")
RECIPE = "standard"


def paint(content: Path, style: Path, size: int, precision: str, saved: Path) -> dict[str, float]:
    """Paint a picture; return its seconds and its loss."""
    began = time.perf_counter()
    result = stylize(content, style, recipe=RECIPE, size=size, precision=precision)
    seconds = time.perf_counter() - began
    result.save(saved)
    return {"seconds": seconds, "loss": loss_of(load_image(saved), content, style)}


def loss_of(picture: Image, content: Path, style: Path) -> float:
    """Return the recipe's loss of a picture, in float32."""
    settings = replace(cast(Gatys, RECIPES[RECIPE].method), size=max(size_of(picture)))
    inputs = Inputs(load_image(content), (Style(load_image(style)),))
    loss = make_loss(settings, load_network(settings, torch.float32), inputs, size_of(picture))
    with torch.no_grad():
        return sum(term.item() for term in loss(picture).values())


def compare(content: str, style: str, size: int, folder: Path) -> dict[str, Any]:
    """Paint one pair in both."""
    paths = (EXAMPLES / f"{content}.jpg", EXAMPLES / f"{style}.jpg")
    record: dict[str, Any] = {"content": content, "style": style}
    for precision in ARITHMETICS:
        saved = folder / f"{content}-{style}-{precision}.png"
        record[precision] = paint(*paths, size, precision, saved)
    record["ratio"] = record["bfloat16"]["loss"] / record["float32"]["loss"]
    return record


def main(words: Sequence[str] | None = None) -> None:
    """Measure every pair and write what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path, help="where pictures are kept")
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--size", type=int, default=512, help="longer side, pixels")
    parser.add_argument("--pairs", type=int, default=len(PAIRS), help="so many of them")
    arguments = parser.parse_args(words)
    arguments.work.mkdir(parents=True, exist_ok=True)
    pairs: list[dict[str, Any]] = []
    rows: list[list[Tile]] = []
    for content, style in PAIRS[: arguments.pairs]:
        pairs.append(compare(content, style, arguments.size, arguments.work))
        print(f"{content}, {style}: {pairs[-1]['ratio']:.4f} of the loss", flush=True)
        record = {"machine": machine(), "pairs": pairs}
        arguments.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        names = [arguments.work / f"{content}-{style}-{each}.png" for each in ARITHMETICS]
        rows.append([Tile(load_image(path), path.stem) for path in names])
    save_image(arguments.work / "sheet.png", sheet(rows, box=(arguments.size, arguments.size)))


if __name__ == "__main__":
    main()
