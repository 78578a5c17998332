"""A folder with a photo and a painting of a few pixels, and the command line in this process."""

import os
import subprocess
import sys

import numpy as np
import PIL.Image
import pytest
import torch

from impasto.cli import main
from impasto.memory import set_memory_limit

IMPASTO = [sys.executable, "-m", "impasto"]


@pytest.fixture(autouse=True)
def one_thread():
    """Tiny pictures are slower on several processors, and the machine is shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with photo.png (40 x 32), painting.png and another.png (36 x 36)."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(3)
    for name, size in {"photo": (32, 40), "painting": (36, 36), "another": (36, 36)}.items():
        coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
        PIL.Image.fromarray(coarse).resize(size[::-1], PIL.Image.Resampling.BICUBIC).save(
            tmp_path / f"{name}.png"
        )
    return tmp_path


@pytest.fixture
def impasto(folder, capfd):
    """Run a command; return its exit code and what it said on stdout and stderr."""

    def run(*words):
        capfd.readouterr()
        code = main([str(word) for word in words])
        said = capfd.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def stylize(impasto):
    """Stylize photo.png after painting.png, in a fifth of a second."""

    def run(*words):
        return impasto(
            "stylize", "photo.png", "painting.png", "--size", "32", "--iterations", "4", *words
        )

    return run


@pytest.fixture
def start(folder):
    """Start a command as a process of its own. `redirections` are those of a shell."""
    started = []

    def popen(*words, redirections="", **options):
        environment = os.environ | {"OMP_NUM_THREADS": "1"}
        command = ["sh", "-c", f'exec "$@" {redirections}', "sh", *IMPASTO, *map(str, words)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        started.append(subprocess.Popen(command, cwd=folder, env=environment, **pipes))
        return started[-1]

    yield popen
    for process in started:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def pixels(folder):
    """Return a picture as an array."""

    def read(path):
        with PIL.Image.open(folder / path) as picture:
            return np.asarray(picture).copy()

    return read


@pytest.fixture
def no_limit():
    """Forget a limit of memory, which holds for the whole process."""
    yield
    set_memory_limit(None)
