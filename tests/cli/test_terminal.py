import errno
import os
import pty
import re
import subprocess
import sys

from impasto.cli.terminal import describe_losses


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
