import json
import sys

import pytest
import torch
from time_to_loss import main

from impasto import save_image

SAVES_TWICE = """
import shutil, sys, time
assert sys.argv[2:] == ["--", "x"], sys.argv
for source in ("noise.png", "photo.png"):
    shutil.copy(source, sys.argv[1])
    time.sleep(0.4)
"""


@pytest.fixture
def measure(tmp_path, monkeypatch, photo, painting):
    """Watch a command that saves noise, then the photo, and is given a -- of its own."""
    monkeypatch.chdir(tmp_path)
    for name, image in {"photo": photo, "painting": painting}.items():
        save_image(f"{name}.png", image)
    noise = torch.rand(1, 3, 40, 56, generator=torch.Generator().manual_seed(0))
    save_image("noise.png", noise)
    command = [sys.executable, "-c", SAVES_TWICE, "out.png", "--", "x"]
    asked = ["--content", "photo.png", "--style", "painting.png", "--picture", "out.png"]

    def run():
        main([*asked, "--json", "course.json", "--", *command])
        return json.loads((tmp_path / "course.json").read_text())

    return run


def test_every_version_of_the_picture_is_judged(measure):
    course = measure()
    assert len(course) == 2
    first, last = course
    assert 0 <= first["seconds"] <= last["seconds"] - 0.3
    assert first["size"] == [40, 56]
    assert last["content"] < 1e-3 * first["content"]  # it is the photo
    assert last["loss"] == pytest.approx(last["content"] + last["style"])


def test_a_picture_that_is_there_is_not_deleted(measure, tmp_path):
    (tmp_path / "out.png").write_bytes(b"precious")
    with pytest.raises(SystemExit, match=r"out\.png is there already"):
        measure()
    assert (tmp_path / "out.png").read_bytes() == b"precious"


def test_no_command(capsys):
    with pytest.raises(SystemExit):
        main(["--content", "a", "--style", "b", "--picture", "c", "--"])
    assert "there is no command" in capsys.readouterr().err
