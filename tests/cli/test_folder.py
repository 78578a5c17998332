import json
import os
import shutil
import signal

import pytest

from impasto.cli import attend, outputs


@pytest.fixture
def photos(folder):
    """A folder with two photos, one of them twice under one name, and things that are none."""
    place = folder / "photos"
    place.mkdir()
    shutil.copy("photo.png", place / "a.png")
    shutil.copy("photo.png", place / "b.PNG")
    shutil.copy("photo.png", place / "b.gif")  # its content says what it is
    (place / "notes.txt").write_text("no picture")
    (place / ".hidden.png").write_text("no picture")
    (place / "deeper.png").mkdir()
    return place


QUICK = ("--size", "32", "--iterations", "1")


def test_every_picture(impasto, photos, folder):
    code, out, err = impasto("stylize", "photos", "painting.png", "-o", "done", *QUICK)
    assert (code, err) == (0, "")
    assert sorted(os.listdir(folder / "done")) == ["a.png", "b-2.png", "b.png"]
    assert [line.split(":")[0] for line in out.splitlines()] == [
        *("done/a.png", "done/b.png", "done/b-2.png")
    ]


def test_one_bad_file_does_not_stop_the_others(impasto, photos, folder):
    (photos / "aa.jpg").write_text("no picture")
    code, out, err = impasto("stylize", "photos", "painting.png", *QUICK, "--json")
    said = json.loads(out)
    assert code == 1
    assert err.startswith("impasto: picture 2 of 4 failed: photos/aa.jpg isn't a picture")
    assert [each["path"] for each in said["failed"]] == ["photos/aa.jpg"]
    assert len(said["pictures"]) == 3
    assert all((folder / each["path"]).is_file() for each in said["pictures"])
    assert os.path.dirname(said["pictures"][0]["path"]) == "photos-painting"


def test_what_is_wrong_for_all_is_said_once(impasto, photos, folder):
    for words in (["no.png"], ["painting.png", "--size", "3"], ["painting.png", "--device", "x"]):
        code, _, err = impasto("stylize", "photos", *words, "-o", "done")
        assert code == 2
        assert err.count("\n") == 1
    assert not (folder / "done").exists()


@pytest.mark.parametrize(
    "words, message",
    [
        (["-o", "photos"], "photos is the folder of the photos"),
        (["-o", "photo.png"], "the folder photo.png can't be made"),
        (["-o", "no/where"], "the folder no/where can't be made"),
        (["-o", "-"], "- is one picture"),
        (["--checkpoint", "run"], "--checkpoint is for one picture"),
        (["--preview", "now.png"], "--preview is for one picture"),
        (["--timelapse", "film.gif"], "--timelapse is for one picture"),
        (["--dry-run"], "--dry-run is for one picture"),
    ],
)
def test_what_is_for_one_picture(impasto, photos, words, message):
    code, out, err = impasto("stylize", "photos", "painting.png", *QUICK, *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"impasto: {message}")


def test_an_empty_folder(impasto, folder):
    (folder / "empty").mkdir()
    code, _, err = impasto("stylize", "empty", "painting.png")
    assert code == 2
    assert err == "impasto: the folder empty has no pictures; expected at least one\n"


def test_ctrl_c_stops_all_of_it(impasto, photos, folder, monkeypatch):
    original = attend.run

    def run(*args, **kwargs):
        for step in original(*args, **kwargs):
            os.kill(os.getpid(), signal.SIGINT)
            yield step

    monkeypatch.setattr(attend, "run", run)
    code, _, err = impasto(
        *("stylize", "photos", "painting.png", "-o", "done", "--size", "32", "--iterations", "3")
    )
    assert code == 130
    assert err.startswith("impasto: stopped after 1 evaluation; the best picture so far is done/a")
    assert os.listdir(folder / "done") == ["a.png"]
    code, out, err = impasto(
        *("stylize", "photos", "painting.png", "-o", "done", "--size", "32", "--iterations", "1")
    )
    assert code == 130
    assert out.startswith("done/a.png: ")
    assert err == "impasto: stopped after done/a.png\n"
    assert os.listdir(folder / "done") == ["a.png"]


def test_made_up_names(folder):
    assert outputs.new_output("x/cat.jpg", ["y/wave.png", "-"]) == "cat-wave-picture.png"
    assert outputs.new_folder("x/cats/", ["wave.png"]) == "cats-wave"
    assert outputs.new_folder(".", ["wave.png"]) == f"{folder.name}-wave"
    for letter in ("a", "猫"):  # names are counted in bytes
        name = outputs.new_output(letter * 200 + ".jpg", [letter * 200 + ".png"])
        assert outputs.LONGEST_STEM - 3 < len(os.fsencode(name)) - 4 <= outputs.LONGEST_STEM
        assert len(os.fsencode(outputs.beside(letter * (240 // len(letter.encode())), "x"))) < 255
    (folder / "cat-wave.png").symlink_to("nowhere")
    assert outputs.new_output("cat.jpg", ["wave.png"]) == "cat-wave-2.png"


def test_a_folder_without_a_name_is_always_a_new_one(impasto, photos, folder, monkeypatch):
    """Another command may make one of the same name in the very moment in between."""
    made = []

    def new_folder(content, styles):
        name = original(content, styles)
        if not made:
            made.append(name)
            (folder / name).mkdir()
        return name

    original = outputs.new_folder
    monkeypatch.setattr("impasto.cli.folder.new_folder", new_folder)
    assert impasto("stylize", "photos", "painting.png", *QUICK)[0] == 0
    assert made == ["photos-painting"]
    assert os.listdir(folder / "photos-painting") == []
    assert len(os.listdir(folder / "photos-painting-2")) == 3
