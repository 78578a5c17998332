import csv
import sys
import time

import pytest
import torch
from another_program import main

from impasto import load_image, save_image

COPY = "import shutil, sys, time; shutil.copy(sys.argv[1], sys.argv[2]);"


@pytest.fixture
def pairs(tmp_path, photo, painting):
    save_image(tmp_path / "photo.png", photo)
    save_image(tmp_path / "painting.png", painting)
    (tmp_path / "pairs.csv").write_text("content,style\nphoto.png,painting.png\n")
    return tmp_path / "pairs.csv"


def paint(pairs, code: str, *budget: str) -> None:
    words = [
        "--pairs",
        str(pairs),
        "-o",
        str(pairs.parent / "given"),
        *(budget or ["--seconds", "60"]),
    ]
    main([*words, "--", sys.executable, "-c", code, "{content}", "{picture}"])


def test_a_program_that_ends_in_time(pairs, photo):
    paint(pairs, COPY)
    found = load_image(pairs.parent / "given" / "photo--painting.png")
    torch.testing.assert_close(found, photo, atol=1 / 255, rtol=0)
    (row,) = csv.DictReader((pairs.parent / "given" / "times.csv").read_text().splitlines())
    assert (row["content"], row["style"]) == ("photo", "painting")
    assert 0 < float(row["seconds"]) < 60


def test_a_program_that_is_cut_off_gives_its_last_whole_picture(pairs, photo):
    later = (
        "open('picture_200.png', 'wb').write(open(sys.argv[1], 'rb').read()[:99]); time.sleep(99)"
    )
    began = time.monotonic()
    paint(pairs, COPY + later, "--seconds", "3")
    assert time.monotonic() - began < 60
    found = load_image(pairs.parent / "given" / "photo--painting.png")
    torch.testing.assert_close(found, photo, atol=1 / 255, rtol=0)


def test_words_that_only_contain_a_file(pairs, photo):
    words = ["--pairs", str(pairs), "-o", str(pairs.parent / "given"), "--seconds", "60", "--"]
    code = "import shutil, sys; shutil.copy(sys.argv[1][4:], sys.argv[2][4:])"
    main([*words, sys.executable, "-c", code, "--c={content}", "--o={picture}"])
    assert (pairs.parent / "given" / "photo--painting.png").exists()


def test_what_it_started_ends_with_it(pairs):
    """A wrapper's child would go on and disturb the next pair's time."""
    mark = pairs.parent / "mark"
    child = f"import time; time.sleep(4); open({str(mark)!r}, 'w')"
    paint(
        pairs,
        COPY + f"import subprocess; subprocess.run([sys.executable, '-c', {child!r}])",
        "--seconds",
        "2",
    )
    time.sleep(4)
    assert not mark.exists()


def test_what_is_there_is_not_painted_again(pairs):
    paint(pairs, COPY)
    paint(pairs, "raise SystemExit(3)")


def test_a_program_without_a_picture_is_told_of(pairs, capfd):
    paint(pairs, "")
    assert "photo--painting: no picture within 60 s" in capfd.readouterr().out
    assert not (pairs.parent / "given" / "photo--painting.png").exists()


def test_a_program_that_fails_ends_it(pairs):
    with pytest.raises(SystemExit, match="ended with 3"):
        paint(pairs, "raise SystemExit(3)")


def test_as_long_as_a_row_of_a_table(pairs):
    """A program that never ends has the row's three seconds, and no others."""
    table = pairs.parent / "table.json"
    cell = '{"row": "draft", "content": "photo", "style": "painting", "seconds": %s}'
    table.write_text('{"cells": [' + cell % "3" + "]}")
    paint(pairs, COPY + "time.sleep(99)", "--like", f"{table}=draft")
    (row,) = csv.DictReader((pairs.parent / "given" / "times.csv").read_text().splitlines())
    assert 3 <= float(row["seconds"]) < 60
    with pytest.raises(SystemExit, match="has no time of best for photo--painting"):
        paint(pairs, COPY, "--like", f"{table}=best")
