"""Paint a photo in the style of a painting.

python examples/stylize_photo.py [--size 512]
"""

import argparse
from pathlib import Path

from impasto import stylize

PICTURES = Path(__file__).parent

parser = argparse.ArgumentParser()
parser.add_argument("--size", type=int, default=512, help="longer side of the result, pixels")
size = parser.parse_args().size

result = stylize(PICTURES / "cat.jpg", PICTURES / "great_wave.jpg", size=size)
result.save("cat_stylized.png")
print(f"cat_stylized.png: {result.seconds:.0f} s")
