import json
import os
import shutil
import signal

import pytest

from impasto import load_image
from impasto.cli.run import attend, outputs
from impasto.cli.stylize.form import FORMS
from impasto.images.metadata import read_metadata
from impasto.images.write import FORMATS, save_image


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


LEFT = (
    "impasto: 1 folder in photos is left alone; name one instead of it to paint what is in there\n"
)
QUICK = ("--size", "32", "--iterations", "1")


def test_every_picture(impasto, photos, folder):
    code, out, err = impasto("stylize", "photos", "painting.png", "-o", "done", *QUICK)
    assert (code, err) == (0, LEFT)
    assert sorted(os.listdir(folder / "done")) == ["a.png", "b-2.png", "b.png"]
    assert [line.split(":")[0] for line in out.splitlines()] == [
        *("done/a.png", "done/b.png", "done/b-2.png")
    ]


def test_one_bad_file_does_not_stop_the_others(impasto, photos, folder):
    (photos / "aa.jpg").write_text("no picture")
    code, out, err = impasto("stylize", "photos", "painting.png", *QUICK, "--json")
    said = json.loads(out)
    assert code == 1
    assert err.startswith(f"{LEFT}impasto: picture 2 of 4 failed: photos/aa.jpg isn't a picture")
    assert [each["path"] for each in said["failed"]] == ["photos/aa.jpg"]
    assert len(said["pictures"]) == 3
    assert all((folder / each["path"]).is_file() for each in said["pictures"])
    assert os.path.dirname(said["pictures"][0]["path"]) == "photos-painting"


def test_what_is_wrong_for_all_is_said_once(impasto, photos, folder):
    for words, said in {
        "no.png": "there is no file no.png",
        "painting.png --size 3": "size",
        "painting.png --device x": "the device 'x' can't be used",
        "painting.png --seed -1": "the seed is -1; expected",
        "painting.png --style-weights 1 2": "2 style weights for 1 style",
        "painting.png --style-weights 0": "style 1 has the weight 0.0",
        "painting.png --size 99999": "this run would need ",
    }.items():
        code, out, err = impasto("stylize", "photos", *words.split(), "-o", "done")
        assert (code, out) == (2, "")
        assert said in err
        assert err.count("\n") == 1
    assert not (folder / "done").exists()


def test_pictures_none_of_which_can_be_used(impasto, folder):
    (folder / "photos").mkdir()
    for name in ("a.png", "b.png"):
        (folder / "photos" / name).write_text("no picture")
    code, _, err = impasto("stylize", "photos", "painting.png", "-o", "done")
    assert code == 2
    assert err.startswith(
        "impasto: none of the 2 pictures in photos can be used; the first: photos/a.png isn't a pic"
    )
    assert not (folder / "done").exists()


@pytest.mark.parametrize(
    "words, message",
    [
        (["-o", "photos"], "photos is the folder of the photos"),
        (["-o", "photo.png"], "photo.png is the name of one picture"),
        (["-o", "out.png"], "out.png is the name of one picture, and the photos are a folder"),
        (["--style-masks", "photo.png"], "--style-masks is for one picture"),
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


@pytest.fixture
def stopping(monkeypatch):
    """Press Ctrl-C in the first evaluation of each run, until it is told not to."""
    original = attend.run

    def run(*args, **kwargs):
        for step in original(*args, **kwargs):
            os.kill(os.getpid(), signal.SIGINT)
            yield step

    monkeypatch.setattr(attend, "run", run)
    return lambda: monkeypatch.setattr(attend, "run", original)


FOLDER = ("stylize", "photos", "painting.png", "--size", "32")


def test_ctrl_c_stops_all_of_it(impasto, photos, folder, stopping):
    code, _, err = impasto(*FOLDER, "-o", "done", "--iterations", "3", "--quiet")
    assert code == 130
    assert err == (
        "impasto: picture 1 of 3: stopped after 1 evaluation; the best picture so far is "
        "done/a-stopped.png; the same command goes on there\n"
    )
    assert os.listdir(folder / "done") == ["a-stopped.png"]
    code, out, err = impasto(*FOLDER, "-o", "done", "--iterations", "1")
    assert code == 130
    assert out.startswith("done/a.png: ")
    assert err == f"{LEFT}impasto: stopped after picture 1 of 3; the same command goes on there\n"
    assert sorted(os.listdir(folder / "done")) == ["a-stopped.png", "a.png"]


def test_how_to_go_on_without_a_name_or_metadata(impasto, photos, stopping):
    assert "; the same command with -o photos-painting goes on there\n" in impasto(*FOLDER)[2]
    assert "; the same command begins again: without" in impasto(*FOLDER, "--no-metadata")[2]


def test_the_same_command_goes_on(impasto, photos, folder, stopping):
    words = (*FOLDER, "-o", "done", "--iterations", "1", "--quiet")
    assert impasto(*words)[0] == 130
    stopping()
    first = (folder / "done/a.png").stat().st_mtime_ns
    code, out, err = impasto(*words[:-1])
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines()] == ["done/b.png", "done/b-2.png"]
    assert err == f"{LEFT}impasto: 1 picture was there already, made just so, and left alone\n"
    assert (folder / "done/a.png").stat().st_mtime_ns == first
    said = json.loads(impasto(*words, "--json")[1])
    assert said == {
        "pictures": [],
        "kept": ["done/a.png", "done/b.png", "done/b-2.png"],
        "failed": [],
    }


@pytest.mark.parametrize(
    "change", ["--seed 1", "--iterations 2", "--color luminance", "--recipe draft", "another.png"]
)
def test_another_run_is_made_anew(impasto, photos, change):
    quick = ("-o", "done", "--size", "32", "--iterations", "1", "--quiet", "--json")
    assert impasto("stylize", "photos", "painting.png", *quick)[0] == 0
    painting, *flags = ["painting.png", *change.split()] if " " in change else [change]
    said = json.loads(impasto("stylize", "photos", painting, *quick, *flags)[1])
    assert (len(said["pictures"]), said["kept"]) == (3, [])


def test_a_changed_photo_and_a_stopped_picture_are_made_anew(impasto, photos, folder, stopping):
    stopping()
    words = ("stylize", "photos", "painting.png", "-o", "done", *QUICK, "--quiet", "--json")
    assert impasto(*words)[0] == 0
    shutil.copy("another.png", photos / "a.png")
    stopped = read_metadata("done/b.png") | {"stopped": True}
    save_image("done/b.png", load_image("done/b.png"), metadata=stopped)
    said = json.loads(impasto(*words)[1])
    assert [each["path"] for each in said["pictures"]] == ["done/a.png", "done/b.png"]
    assert said["kept"] == ["done/b-2.png"]


@pytest.mark.parametrize("form", ["jpg", "tiff", "heic"])
def test_the_format_can_be_chosen(impasto, photos, folder, form):
    code, _, _ = impasto(*FOLDER, "-o", "done", "--iterations", "1", "--format", form)
    assert code == 0
    assert sorted(os.listdir(folder / "done")) == [f"{name}.{form}" for name in ("a", "b-2", "b")]
    said = impasto(*FOLDER, "-o", "done", "--iterations", "1", "--format", form, "--json")[1]
    assert len(json.loads(said)["kept"]) == 3


def test_every_format_can_be_written():
    assert {f".{form}" for form in FORMS} < set(FORMATS)


def test_the_format_of_one_picture_is_in_its_name(stylize):
    code, _, err = stylize("--format", "jpg")
    assert code == 2
    assert err.startswith("impasto: --format is for a folder of photos; expected a name that ends")


def test_a_folder_of_pictures_inside_that_of_the_photos_is_no_news(impasto, photos):
    os.rmdir(photos / "deeper.png")
    assert impasto(*FOLDER, "-o", "photos/painted", "--iterations", "1")[2] == ""


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
    monkeypatch.setattr("impasto.cli.stylize.folder.new_folder", new_folder)
    assert impasto("stylize", "photos", "painting.png", *QUICK)[0] == 0
    assert made == ["photos-painting"]
    assert os.listdir(folder / "photos-painting") == []
    assert len(os.listdir(folder / "photos-painting-2")) == 3


def test_a_wrong_seed_is_told_before_the_pictures_are_read(impasto, folder):
    (folder / "photos").mkdir()
    (folder / "photos" / "broken.jpg").write_bytes(b"no picture")
    code, _, err = impasto("stylize", "photos", "painting.png", "--seed", "-1", "-o", "made")
    assert code == 2
    assert "seed" in err and "broken" not in err
    assert not (folder / "made").exists()
