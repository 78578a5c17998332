"""Hundreds of pairs, sizes, seeds and recipes at small size: none may end worse than it began.

The loss is the recipe's own, recomputed in float32 on the 8-bit picture, at the last scale; it
began with the photo (or whatever the recipe starts from, in gamut). Writes one JSON line per run as
it goes, skips runs that the file already holds, and ends with exit code 1 if any run got worse.

    python benchmarks/stress.py PHOTOS_FOLDER PAINTINGS_FOLDER --runs 300 --json stress.jsonl
"""

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from impasto import RECIPES, Inputs, Style, load_image, run
from impasto.declare import Recipe
from impasto.job import configure
from impasto.methods.gatys import load_network, make_loss, plan_scales
from impasto.methods.gatys_settings import Gatys
from impasto.methods.gatys_start import start_picture

SIZES = (48, 64, 96)
MOST_EVALUATIONS = 120  # enough for a recipe to diverge, few enough for hundreds of runs


def draw(photos: list[Path], paintings: list[Path], runs: int) -> Iterator[dict[str, Any]]:
    """Yield runs; the n-th is always the same, and every recipe comes equally often."""
    names = list(RECIPES)
    for number in range(runs):
        rng = random.Random(number)
        yield {
            "run": number,
            "recipe": names[number % len(names)],
            "content": rng.choice(photos).name,
            "style": rng.choice(paintings).name,
            "size": rng.choice(SIZES),
            "seed": rng.randrange(1000),
        }


def small(recipe: Recipe, size: int) -> Recipe:
    """Return the recipe at a small size with its iterations bounded, on this machine's networks."""
    method = recipe.method
    assert isinstance(method, Gatys)
    share = MOST_EVALUATIONS // len(method.iterations)
    iterations = tuple(min(count, share) for count in method.iterations)
    settings = {"size": size, "iterations": iterations}
    return configure(recipe, settings)[0]


def loss_of(recipe: Recipe, inputs: Inputs, image: torch.Tensor) -> float:
    """Return the recipe's loss of the picture as 8 bits hold it, in float32."""
    method = recipe.method
    assert isinstance(method, Gatys)
    encoder = load_network(method, torch.float32)
    size = (image.shape[-2], image.shape[-1])
    with torch.no_grad():
        terms = make_loss(method, encoder, inputs, size)((image * 255).round() / 255)
    return sum(term.item() for term in terms.values())


def stress(recipe: Recipe, inputs: Inputs, seed: int) -> dict[str, Any]:
    """Do one run; return how it began and ended."""
    method = recipe.method
    assert isinstance(method, Gatys)
    size = plan_scales(method, inputs)[-1][0]
    rng = torch.Generator().manual_seed(seed)
    start = start_picture(method, inputs, size, rng).clamp(0, 1)
    began, notes, step = time.monotonic(), [], None
    for step in run(recipe, inputs, seed=seed):
        if step.note:
            notes.append(step.note)
    assert step is not None
    before, after = loss_of(recipe, inputs, start), loss_of(recipe, inputs, step.image)
    seconds = round(time.monotonic() - began, 2)
    worse = not after <= before
    return {"before": before, "after": after, "worse": worse, "seconds": seconds, "notes": notes}


def main(words: Sequence[str] | None = None) -> None:
    """Do all runs that the file does not hold yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("paintings", type=Path)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--json", type=Path, default=Path("stress.jsonl"))
    arguments = parser.parse_args(words)
    photos, paintings = sorted(arguments.photos.glob("*")), sorted(arguments.paintings.glob("*"))
    done: list[dict[str, Any]] = []
    if arguments.json.exists():
        done = [json.loads(line) for line in arguments.json.read_text().splitlines()]
    finished = {record["run"] for record in done}
    for record in draw(photos, paintings, arguments.runs):
        if record["run"] in finished:
            continue
        inputs = Inputs(
            load_image(arguments.photos / record["content"]),
            (Style(load_image(arguments.paintings / record["style"])),),
        )
        recipe = replace(small(RECIPES[record["recipe"]], record["size"]), color="as-is")
        record |= stress(recipe, inputs, record["seed"])
        done.append(record)
        with arguments.json.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")
    worse = [record for record in done if record["worse"]]
    restarted = sum(bool(record["notes"]) for record in done)
    print(f"{len(done)} runs, {restarted} with a note, {len(worse)} ended worse than they began")
    for record in worse:
        print(json.dumps(record))
    raise SystemExit(1 if worse else 0)


if __name__ == "__main__":
    main()
