"""Read the steps of a run, and save a picture now and then.

python examples/watch_steps.py [--size 512]
"""

import argparse
from dataclasses import replace
from pathlib import Path

from impasto import RECIPES, Inputs, Style, load_image, run, save_image

PICTURES = Path(__file__).parent

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, default=512, help="longer side of the result, pixels")
size = parser.parse_args().size

recipe = RECIPES["standard"]
recipe = replace(recipe, method=replace(recipe.method, size=size))
inputs = Inputs(
    content=load_image(PICTURES / "astronaut.jpg"),
    styles=(Style(load_image(PICTURES / "composition_viii.jpg")),),
)
for step in run(recipe, inputs, seed=0):
    if step.index % 20 == 0 or step.last:
        losses = ", ".join(f"{name} {value:.3g}" for name, value in step.losses.items())
        print(f"{step.index} of {step.total}, {step.stage}: {losses}")
        save_image(f"astronaut_{step.index:04}.png", step.image)
