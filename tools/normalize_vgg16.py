"""Measure the factors of the normalized VGG-16: `weights/files/vgg16_normalized.safetensors`.

    python tools/normalize_vgg16.py PHOTOS

PHOTOS is a folder of a few hundred photographs. Gatys, Ecker and Bethge (CVPR 2016, section 2) took
those of ImageNet; any varied set does, since only the mean of every filter is measured.
"""

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from impasto.images.read import load_image
from impasto.images.resize import fit, resize, size_of
from impasto.weights.format import write_weights
from impasto.weights.normalize import mean_activations
from impasto.weights.store import load_weights
from impasto.weights.table import CAFFE, TABLE

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def main() -> None:
    """Choose the photos, measure, write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("photos", type=Path, help="a folder of photographs")
    parser.add_argument("--count", type=int, default=200, help="how many of them to use")
    parser.add_argument("--side", type=int, default=256, help="their longer side, pixels")
    arguments = parser.parse_args()
    paths = sorted(p for p in arguments.photos.iterdir() if p.suffix.lower() in SUFFIXES)
    # Evenly spread over the sorted names, because neighbors tend to be of one series.
    count = min(arguments.count, len(paths))
    chosen = [paths[index * len(paths) // count] for index in range(count)]
    weights, _ = load_weights("vgg16")
    with torch.inference_mode():
        means = mean_activations(weights, inputs(chosen, arguments.side))
    record = TABLE["vgg16-normalized"]
    origin = (
        f"mean activations of {len(chosen)} photos, longer side {arguments.side} pixels, "
        f"sha256 of their names and contents {manifest(chosen)}; to be applied to vgg16"
    )
    target = Path(__file__).parents[1] / "src/impasto/weights/files" / str(record.shipped)
    write_weights(target, means, {**record.metadata(), "origin": origin})
    print(f"{target}: {target.stat().st_size:,} bytes, {len(chosen)} photos")


def inputs(paths: list[Path], side: int) -> Iterator[Tensor]:
    """Load one photo after the other as VGG-16 expects it, (1, 3, h, w), BGR less the mean."""
    mean = torch.tensor(CAFFE.mean).view(1, 3, 1, 1)
    for path in paths:
        image = load_image(path)
        yield (255 * resize(image, fit(size_of(image), side)) - mean).flip(1)


def manifest(paths: list[Path]) -> str:
    """Return one hash that stands for all photos."""
    sha = hashlib.sha256()
    for path in paths:
        sha.update(f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.name}\n".encode())
    return sha.hexdigest()


if __name__ == "__main__":
    main()
