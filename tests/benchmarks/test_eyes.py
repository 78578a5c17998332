import csv
import json

import eyes
import pytest

from impasto import load_image, save_image

PAIRS = (("cat", "great_wave"), ("coffee", "whalers"), ("skyline", "hollyhocks"))
ROWS = {"content unchanged": 1.0, "standard": 0.5, "other": 0.2}
"""And what MS-SSIM says of each; `random-filter` has a number for one pair only."""


@pytest.fixture
def table(tmp_path):
    folder = tmp_path / "table"
    folder.mkdir()
    save_image(folder / "picture.png", load_image(eyes.EXAMPLES / "cat.jpg")[..., :32, :32])
    cells = [
        {"row": row, "content": content, "style": style, "picture": "picture.png"}
        | {"scores": {"ms-ssim": kept} | ({"random-filter": kept} if content == "cat" else {})}
        for content, style in PAIRS
        for row, kept in ROWS.items()
    ]
    (folder / "table.json").write_text(json.dumps({"cells": cells}))
    return folder


def asked(tmp_path, table, answer):
    """Ask; answer each comparison by a function of what is left and right; count."""
    sheets = tmp_path / "sheets"
    eyes.main(["ask", str(sheets), "--tables", str(table)])
    with (sheets / "key.csv").open() as stream:
        key = list(csv.DictReader(stream))
    answers = [(number, answer(row)) for number, row in enumerate(key, start=1)]
    eyes.write_csv(sheets / "answers.csv", ("number", "better"), answers)
    eyes.main(["count", str(sheets), "--results", str(tmp_path)])
    return key, (tmp_path / "eyes.md").read_text().splitlines()


def test_answers_that_were_sorted_otherwise(tmp_path, table):
    asked(tmp_path, table, lambda row: "left")
    answers = [(2, "left"), (1, "right"), (3, "same")]
    eyes.write_csv(tmp_path / "sheets" / "answers.csv", ("number", "better"), answers)
    with pytest.raises(SystemExit, match=r"line 1 of .* answers comparison 2; expected them in th"):
        eyes.reveal(tmp_path / "sheets")


def test_who_likes_the_photo_agrees_with_metrics_of_the_photo(tmp_path, table):
    key, lines = asked(tmp_path, table, lambda row: side_of("standard", row))
    assert {(row["content"], row["style"]) for row in key} == set(PAIRS)
    assert all({row["left"], row["right"]} == {"standard", "other"} for row in key)
    assert "| other | 3 | 0 | 0 |" in lines
    assert "| metric | of the | other programs |" in lines
    assert "| ms-ssim | photo | 3 of 3 |" in lines
    assert "| random-filter | painting | 0 of 1 |" in lines
    with (tmp_path / "eyes.csv").open() as stream:
        assert [row["better"] for row in csv.DictReader(stream)] == 3 * ["standard"]


def test_recipes_and_other_programs_are_counted_apart():
    pair = ("table", "cat", "great_wave")
    judgments = [
        eyes.Judgment(eyes.Comparison(*pair, "standard", other), "standard")
        for other in ("draft", "peer", "peer")
    ]
    scores = {"standard": 0.5, "draft": 0.6, "peer": 0.2}
    cells = {(row, *pair[1:]): {"scores": {"ms-ssim": kept}} for row, kept in scores.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(eyes, "read_cells", lambda folder: cells)
        text = eyes.agreement(judgments)
    assert "| metric | of the | our recipes | other programs |" in text
    assert "| ms-ssim | photo | 0 of 1 | 2 of 2 |" in text


def side_of(name, row):
    return "left" if row["left"] == name else "right"


def test_no_preference_is_counted_for_nobody(tmp_path, table):
    _, lines = asked(tmp_path, table, lambda row: "same")
    assert "| other | 0 | 3 | 0 |" in lines
    assert not any("ms-ssim" in line for line in lines)


def test_an_answer_that_is_missing(tmp_path, table):
    with pytest.raises(SystemExit, match="has the answer ''; expected left, right or same"):
        asked(tmp_path, table, lambda row: "")


def test_a_sheet_has_as_many_comparisons_as_fit(tmp_path, table, monkeypatch):
    monkeypatch.setattr(eyes, "ROWS", 2)
    asked(tmp_path, table, lambda row: "same")
    assert sorted(path.name for path in (tmp_path / "sheets").glob("*.png")) == ["01.png", "02.png"]


def test_sheets_that_are_there_are_not_replaced(tmp_path, table):
    asked(tmp_path, table, lambda row: "same")
    with pytest.raises(SystemExit, match="is there already; expected a new folder"):
        asked(tmp_path, table, lambda row: "same")
