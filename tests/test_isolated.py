"""A run in a process of its own: its picture is that of any run, its time and memory its own."""

import os
import pickle
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest
import torch

from impasto import RECIPES, load_image, stylize
from impasto.images.metadata import read_metadata
from impasto.images.write import save_image
from impasto.isolated import Order, run_isolated

STANDARD = RECIPES["standard"]
QUICK = replace(STANDARD, method=replace(STANDARD.method, size=32, iterations=(2,)))


@pytest.fixture
def order(tmp_path, photo, painting):
    save_image(tmp_path / "photo.png", photo)
    save_image(tmp_path / "painting.png", painting)
    paths = (str(tmp_path / name) for name in ("photo.png", "painting.png", "out.png"))
    content, style, picture = paths
    return Order(QUICK, content, style, seed=3, threads=1, picture=picture)


def test_it_is_the_same_picture(order):
    hoard = bytearray(700_000_000)  # of the caller; what it is using must not be counted
    began = time.monotonic()
    done = run_isolated(order)
    took = time.monotonic() - began
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        expected = stylize(order.content, order.style, recipe=QUICK, seed=3).image
    finally:
        torch.set_num_threads(threads)
    assert len(hoard)
    assert torch.equal(load_image(order.picture), (expected * 255 + 0.5).floor() / 255)
    assert read_metadata(order.picture)["settings"] == dict(done.metadata)["settings"]
    assert done.metadata["machine"]["threads"] == 1
    assert 0 < done.seconds < took
    assert 100_000_000 < done.memory < 700_000_000


def test_what_fails_there_is_said_here(order):
    huge = replace(QUICK, method=replace(QUICK.method, size=100_000))
    with pytest.raises(ValueError, match=r"this run would need .* of memory"):
        run_isolated(replace(order, recipe=huge))
    with pytest.raises(OSError, match="nowhere doesn't exist; expected one to save"):
        run_isolated(replace(order, picture="nowhere/out.png"))


@pytest.mark.parametrize(
    "code, message",
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "was killed, as Linux does"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGABRT)", "was ended by SIGABRT"),
        ("raise SystemError('out of luck')", "without a picture: SystemError: out of luck"),
        ("", "without a picture: 0"),
    ],
)
def test_a_process_that_dies(order, monkeypatch, code, message):
    original = subprocess.run

    def run(command, **options):
        return original([sys.executable, "-c", code], **options)

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(ValueError, match=message):
        run_isolated(order)


CALL = """
import pickle, sys
from impasto.isolated import run_isolated
run_isolated(pickle.load(sys.stdin.buffer))
"""


def wait_for(what):
    """Wait until there is something; return it."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("that took too long")


def test_it_ends_when_nobody_waits_for_it(order):
    """Killed with -9, a caller can't end the process that it started."""
    endless = replace(QUICK, method=replace(QUICK.method, iterations=(100_000,)))
    caller = subprocess.Popen([sys.executable, "-c", CALL], stdin=subprocess.PIPE)
    caller.stdin.write(pickle.dumps(replace(order, recipe=endless)))
    caller.stdin.close()
    (worker,) = wait_for(psutil.Process(caller.pid).children)
    wait_for(lambda: worker.cpu_times().user > 0.5)
    caller.kill()
    caller.wait()
    wait_for(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    assert not os.path.exists(order.picture)
