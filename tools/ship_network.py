"""Take what `impasto train` wrote among the networks that ship.

    python tools/ship_network.py FOLDER NAME

FOLDER is that of the training, and NAME how settings call the network (`weights/trained.py`). The
weights are stored as they are, in half precision; their file says how they were trained, and here
it gets its license.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from impasto.teach import WEIGHTS
from impasto.weights.format import read_weights, write_weights
from impasto.weights.store import SHIPPED
from impasto.weights.trained import TRAINED

LICENSE = "CC0-1.0"
PICTURES = (
    "learned from pictures in the public domain or under CC0, CC-BY, BSD or MIT licenses, which "
    "tools/training_pictures.py assembles, and from features of VGG-16 (CC-BY-4.0, Simonyan and "
    "Zisserman)"
)


def main(words: Sequence[str] | None = None) -> None:
    """Copy the weights of a training."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("name", choices=sorted(TRAINED))
    given = parser.parse_args(words)
    weights, about = read_weights(given.folder / WEIGHTS)
    target = SHIPPED / f"{given.name}.safetensors"
    write_weights(target, weights, {**about, "license": LICENSE, "pictures": PICTURES})
    steps = int(about["steps"]) + int(about.get("earlier_steps", 0))
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB, after {steps} steps")


if __name__ == "__main__":
    main()
