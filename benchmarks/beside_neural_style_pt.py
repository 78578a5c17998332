"""`standard` beside neural-style-pt in the same time, on twelve pairs, in one table.

neural-style-pt (https://github.com/ProGamerGov/neural-style-pt) is neural-style, the first program
that everybody used, in PyTorch. It sees with the same network as we do: our VGG-16, written as a
file of its own kind. Its rows are its defaults in the time that `standard` took for the pair, its
defaults in four times that, and `standard`'s time from the photo instead of from noise. To each
time comes what it takes to load what it imports, because ours are measured after that.

CHECKOUT is a folder with its code, PYTHON runs it: a Python that has torch and torchvision. The
table and its report are written to `benchmarks/results/neural-style-pt.json` and `.md`.

    git clone https://github.com/ProGamerGov/neural-style-pt CHECKOUT
    python benchmarks/beside_neural_style_pt.py WORK_FOLDER CHECKOUT [--python PYTHON]
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from another_program import paint_missing, seconds_of
from machine import commit
from quality import options, parse, publish, write_pairs

from impasto.cli import main as impasto
from impasto.evaluation.pairs import read_pairs
from impasto.weights.convert import sequential_names
from impasto.weights.store import load_weights
from impasto.weights.table import WIDTHS

ROWS = {
    "neural-style-pt": (1, ()),
    "neural-style-pt in 4 x the time": (4, ()),
    "neural-style-pt from the photo": (1, ("-init", "image")),
}
"""What its rows are called, how many times `standard`'s seconds they have, and their flags."""


def write_network(file: Path) -> None:
    """Write VGG-16 under the names that it has as a torch.nn.Sequential."""
    weights, _ = load_weights("vgg16")
    names = sequential_names(WIDTHS["vgg16"])
    torch.save({theirs: weights[ours] for theirs, ours in names.items()}, file)


def loading(python: str, program: Path) -> float:
    """Return the seconds that the program takes before it begins, from a warm disk."""
    for _ in range(2):
        began = time.monotonic()
        subprocess.run([python, str(program), "--help"], capture_output=True, check=False)
    return time.monotonic() - began


def neural_style_pt(
    python: str, program: Path, network: Path, size: int, threads: int
) -> list[str]:
    """Return its command, which saves its picture after every iteration."""
    command = ["env", f"OMP_NUM_THREADS={threads}", python, str(program)]
    command += ["-content_image", "{content}", "-style_image", "{style}"]
    command += ["-output_image", "{picture}", "-image_size", str(size), "-gpu", "c"]
    command += ["-model_file", str(network), "-disable_check"]  # it has no classifier
    return [*command, "-save_iter", "1", "-print_iter", "0", "-seed", "0"]


def main(words: Sequence[str] | None = None) -> None:
    """Fill the table, or go on with it, and publish it."""
    parser = options(__doc__)
    parser.add_argument("checkout", type=Path, help="the folder of neural_style.py")
    parser.add_argument("--python", default=sys.executable, help="runs it; default: this one")
    given = parse(parser, words)
    program = given.checkout.resolve() / "neural_style.py"
    if not program.is_file():
        raise SystemExit(f"{program} is not there; expected a checkout of neural-style-pt")
    work: Path = given.work_folder.resolve()
    pairs, table, network = work / "pairs.csv", work / "table", work / "vgg16.pth"
    write_pairs(pairs, given.photos, given.styles, turns=1)
    write_network(network)
    order = ["evaluate", "--recipes", "standard", "--pairs", str(pairs), "-o", str(table)]
    order += ["--size", str(given.size), "--threads", str(given.threads)]
    code = impasto(order)
    if code:
        raise SystemExit(code)
    command = neural_style_pt(given.python, program, network, given.size, given.threads)
    found, start = read_pairs(str(pairs)), loading(given.python, program)
    seconds = seconds_of(found, f"{table / 'table.json'}=standard")
    for row, (times, flags) in ROWS.items():
        allowed = {pair: times * taken + start for pair, taken in seconds.items()}
        paint_missing([*command, *flags], found, allowed, work / row)
        order += ["--given", f"{row}={work / row}"]
    code = impasto(order)
    if code == 0:
        version = commit(given.checkout) or "unknown"
        publish(table, given.results, "neural-style-pt", program=version)
    raise SystemExit(code)


if __name__ == "__main__":
    main()
