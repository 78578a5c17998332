"""A file appears whole or not at all, and a killed process leaves nothing for long."""

import os
import signal
import subprocess
import sys

import pytest

from impasto.atomic import appearing, clear_unfinished, write_atomically

KILLED_WHILE_WRITING = """
import os, signal, sys
from impasto.atomic import appearing
with appearing(sys.argv[1]) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(params=["run", "é" * 127])
def left(request, tmp_path):
    """A target whose writer was killed, and the unfinished file that it left."""
    target = tmp_path / request.param
    target.write_bytes(b"old")
    command = [sys.executable, "-c", KILLED_WHILE_WRITING, str(target)]
    assert subprocess.run(command).returncode == -signal.SIGKILL
    (part,) = [path for path in tmp_path.iterdir() if path != target]
    assert target.read_bytes() == b"old"
    return target, part


def test_the_next_write_clears_what_a_killed_one_left(left, tmp_path):
    target, _ = left
    write_atomically(tmp_path / "other", b"other")
    assert len(os.listdir(tmp_path)) == 3  # it is not theirs
    write_atomically(target, b"new")
    assert sorted(os.listdir(tmp_path)) == sorted([target.name, "other"])
    assert target.read_bytes() == b"new"


def test_what_is_being_written_is_left_alone(left):
    target, part = left
    with appearing(target) as file:
        clear_unfinished(target)
        file.write(b"new")
    assert target.read_bytes() == b"new"
    assert not part.exists()


def test_a_name_that_is_to_be_new_replaces_nothing(tmp_path):
    write_atomically(tmp_path / "a", b"first", replace=False)
    with pytest.raises(FileExistsError):
        write_atomically(tmp_path / "a", b"second", replace=False)
    assert (tmp_path / "a").read_bytes() == b"first"
    assert os.listdir(tmp_path) == ["a"]


def test_a_name_that_is_to_be_new_without_links(tmp_path, monkeypatch):
    """As on FAT."""

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    test_a_name_that_is_to_be_new_replaces_nothing(tmp_path)
