import errno
import io
import os
import pty
import re
import signal
import subprocess
import sys

import pytest
from rich.console import Console
from rich.progress import Progress

from impasto.cli.interrupts import Interrupts
from impasto.cli.run.bar import OneLine
from impasto.cli.terminal import describe_losses, describe_result


def read_all(descriptor):
    """Read a pseudo-terminal until its last writer is gone."""
    shown = b""
    while True:
        try:
            part = os.read(descriptor, 4096)
        except OSError as error:
            if error.errno != errno.EIO:  # how Linux says that nobody writes any more
                raise
            return shown
        if not part:
            return shown
        shown += part


def test_a_terminal_sees_a_bar(folder):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "impasto", "stylize", "photo.png", "painting.png"]
    settings = ["-o", "out.png", "--size", "40", "--scale-step", "1.2", "--iterations", "20", "30"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "120", "TERM": "xterm"}
    with subprocess.Popen(
        command + settings,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = read_all(ours).decode()
        out = process.stdout.read().decode()
    os.close(ours)
    assert process.returncode == 0
    assert re.search(r"scale [12] of 2, \d+ x \d+ .*[1-9]\d*%.*content .*style .*0:\d\d", shown)
    assert out.startswith("out.png: 40 x 32 pixels")
    assert "\x1b" not in out  # the line at the end is for files too
    assert shown.rstrip("\r\n").endswith(("\x1b[2K", "\x1b[?25h", "\r"))  # the bar is gone


def test_a_file_sees_no_bar(stylize):
    assert stylize("-o", "out.png")[2] == ""


def test_describe_losses():
    assert describe_losses({"content": 12.3456789, "style": 1e7}) == "content 12.35, style 1e+07"


STAGE, LOSSES = "scale 2 of 2, 512 x 341", "content 1.234e+04, style 1.234e+06"
STOPPING = "stopping after this evaluation"


def line_of(width, *, stopping=False, completed=0.42):
    """Return the line of a bar in a terminal of so many columns; there has to be one only."""
    interrupts = Interrupts()
    interrupts.signal = signal.SIGINT if stopping else None
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    bar = Progress(OneLine(interrupts, console), console=console)
    bar.add_task(STAGE, total=1.0, completed=completed, losses=LOSSES)
    console.print(bar.get_renderable())
    (line,) = console.file.getvalue().splitlines()
    assert len(line) <= width
    return line


@pytest.mark.parametrize("width", [30, 40, 60, 80, 100, 120])
def test_the_bar_is_one_line_at_every_width(width):
    for stopping in (False, True):
        line = line_of(width, stopping=stopping)
        assert re.search(r"━+.* 42%.* --:-- left", line)
        assert (STAGE in line) == (width >= 80 and not stopping)
        assert (LOSSES in line) == (width >= (120 if stopping else 100))
        assert (STOPPING in line) == (stopping and width >= 80)
        assert ("stopping" in line) == stopping
        assert "…" not in line


def test_the_bar_is_as_long_as_there_is_room():
    assert [line_of(width, completed=1.0).count("━") for width in (30, 40, 80, 200)] == [
        *(14, 24, 24, 24)
    ]


def test_the_line_at_the_end_names_standard_output():
    record = {"path": "-", "size": [64, 43], "recipe": "draft", "evaluations": 1, "seconds": 2}
    line = describe_result({**record, "losses": {}})
    assert line == "standard output: 64 x 43 pixels, draft, 1 step in 2.0 s"
    line = describe_result({**record, "losses": {"content": 1.5}})
    assert line.endswith("draft, 1 evaluation in 2.0 s, content 1.5")
