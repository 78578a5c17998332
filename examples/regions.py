"""Paint sky like sky and ground like ground, with two label images of the same colors.

python examples/regions.py [--size 512]
"""

import argparse
from pathlib import Path

from impasto import stylize

PICTURES = Path(__file__).parent

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, default=512, help="longer side of the result, pixels")
size = parser.parse_args().size

result = stylize(
    PICTURES / "mountains.jpg",
    PICTURES / "wheat_field.jpg",
    content_mask=PICTURES / "masks" / "mountains.png",
    style_masks=[PICTURES / "masks" / "wheat_field.png"],
    size=size,
)
result.save("mountains_wheat.png")
print(f"mountains_wheat.png: {result.seconds:.0f} s")
