"""Make `src/impasto/evaluation/bases.safetensors`: directions in which pictures differ.

For each layer, the first principal directions of the covariance of VGG-16's features, averaged over
all pictures of the folders, as in Yeh et al., WACV 2020. Each picture is looked at with a longer
side of 256 pixels.

    python tools/make_bases.py FOLDER [FOLDER ...]
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

from impasto import load_image
from impasto.evaluation.metrics.frechet import gaussian
from impasto.evaluation.metrics.yeh import DIMENSIONS
from impasto.evaluation.vision import features, rows
from impasto.images.resize import fit, resize, size_of

PATH = Path(__file__).parents[1] / "src" / "impasto" / "evaluation" / "bases.safetensors"
SIDE = 256


def main() -> None:
    """Measure all pictures and write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="pictures, all of them are used")
    folders: list[Path] = parser.parse_args().folders
    paths = sorted(path for folder in folders for path in folder.glob("*.jpg"))
    sums = dict.fromkeys(DIMENSIONS, torch.zeros(()))
    for path in paths:
        image = load_image(path)
        image = resize(image, fit(size_of(image), SIDE))
        for layer in sums:
            sums[layer] = sums[layer] + gaussian(rows(features(image, layer)))[1]
    bases = {
        layer: torch.linalg.eigh(total / len(paths)).eigenvectors.flip(1)[:, : DIMENSIONS[layer]]
        for layer, total in sums.items()
    }
    about = f"principal directions of VGG-16 features of {len(paths)} pictures"
    stored = {layer: basis.float().contiguous() for layer, basis in bases.items()}
    save_file(stored, PATH, {"origin": about})
    print(f"{PATH.name}: {about}")


if __name__ == "__main__":
    main()
