"""Mix two paintings, and keep the colors of the photo.

python examples/several_styles.py [--size 512]
"""

import argparse
from pathlib import Path

from impasto import stylize

PICTURES = Path(__file__).parent

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, default=512, help="longer side of the result, pixels")
size = parser.parse_args().size

result = stylize(
    PICTURES / "pavilion.jpg",
    [PICTURES / "starry_night.jpg", PICTURES / "village_street.jpg"],
    style_weights=[2, 1],  # two parts of the first, one of the second
    color="luminance",
    size=size,
)
result.save("pavilion_mixed.png")
print(f"pavilion_mixed.png: {result.seconds:.0f} s")
