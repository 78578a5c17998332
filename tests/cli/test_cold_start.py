"""What is answered without loading torch, and all that comes with it."""

import subprocess
import sys

import pytest

SLOW = ("torch", "numpy", "PIL", "scipy", "skimage", "jinja2", "h5py", "psutil", "jaxtyping")

SCRIPT = f"""
import sys
from impasto.cli import main
code = main(sys.argv[1:])
print(code, *sorted(set(sys.modules) & {set(SLOW)}), file=sys.stderr)
"""

CASES = {
    "--help": 0,
    "--version": 0,
    "nonsense": 2,
    "recipes": 0,
    "recipes --json": 0,
    "recipes show gatys-2016": 0,
    "recipes show gatsy": 2,
    "stylize --help": 0,
    "stylize --recipe gatys-2016 --help": 0,
    "stylize": 2,
    "stylize photo.png": 2,
    "stylize nowhere.png painting.png": 2,
    "stylize photo.png painting.png --siez 3": 2,
    "stylize photo.png painting.png --size 3": 2,
    "stylize photo.png painting.png --seed -1": 2,
    "stylize photo.png painting.png --threads 0": 2,
    "stylize photo.png painting.png --format png": 2,
    "resume --help": 0,
    "resume": 2,
    "rerun --help": 0,
    "rerun picture.png --size x": 2,
    "rerun nowhere.png": 2,
    "compare --help": 0,
    "doctor --help": 0,
    "doctor now": 2,
    "doctor --threads 0": 2,
    "compare photo.png nowhere.png": 2,
    "compare photo.png painting.png --recipes drat": 2,
    "evaluate": 2,
    "evaluate nowhere.png": 2,
    "evaluate --recipes drat --pairs pairs.csv -o table": 2,
    "weights --help": 0,
    "weights fetch --help": 0,
    "weights fetch": 2,
}


@pytest.mark.parametrize("words, code", CASES.items(), ids=CASES)
def test_comes_without_torch(folder, words, code):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words.split()], capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == str(code)
    assert done.stdout if code == 0 else done.stderr.startswith("impasto: ")
