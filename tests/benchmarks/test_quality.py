import csv
import json
from pathlib import Path

import pytest
import quality


def test_every_photo_meets_every_painting(tmp_path):
    quality.write_pairs(tmp_path / "pairs.csv", quality.PHOTOS, quality.paintings())
    head, *pairs = csv.reader((tmp_path / "pairs.csv").read_text().splitlines())
    assert head == ["content", "style"]
    assert len(set(map(tuple, pairs))) == len(pairs) == 8 * 12
    first = pairs[: len(quality.paintings())]
    assert {content for content, _ in first} == {content for content, _ in pairs}
    assert {style for _, style in first} == {style for _, style in pairs}


def test_in_one_turn_every_painting_meets_one_photo(tmp_path):
    whole, turn = tmp_path / "whole.csv", tmp_path / "turn.csv"
    quality.write_pairs(whole, quality.PHOTOS, quality.paintings())
    quality.write_pairs(turn, quality.PHOTOS, quality.paintings(), turns=1)
    _, *pairs = csv.reader(turn.read_text().splitlines())
    assert [Path(style).stem for _, style in pairs] == quality.paintings()
    assert {Path(content).stem for content, _ in pairs} == set(quality.PHOTOS)
    assert whole.read_text().startswith(turn.read_text())  # what the whole table begins with


def test_table_and_report_are_published(tmp_path):
    words = [str(tmp_path / "work"), "--results", str(tmp_path), "--recipes", "draft"]
    words += ["--size", "48", "--threads", "1", "--photos", "cat", "--styles", "great_wave"]
    with pytest.raises(SystemExit) as ended:
        quality.main(words)
    assert ended.value.code == 0
    table = json.loads((tmp_path / "quality.json").read_text())
    whole = json.loads((tmp_path / "work" / "table" / "table.json").read_text())
    assert {cell["row"] for cell in table["cells"]} >= {"draft", "style unchanged"}
    for short, full in zip(table["cells"], whole["cells"], strict=True):
        assert short["scores"] == pytest.approx(full["scores"], rel=1e-5)
    assert len(table["identity"]) == 1
    assert "## Medians" in (tmp_path / "quality.md").read_text()


def test_a_failed_run_publishes_nothing(tmp_path):
    with pytest.raises(SystemExit) as ended:
        quality.main([str(tmp_path / "work"), "--results", str(tmp_path), "--recipes", "nosuch"])
    assert ended.value.code != 0
    assert not (tmp_path / "quality.json").exists()


def test_a_part_is_not_the_record(tmp_path, capsys):
    with pytest.raises(SystemExit):
        quality.main([str(tmp_path / "work"), "--photos", "cat"])
    assert "with --photos it is not the record; expected --results" in capsys.readouterr().err
    assert not (tmp_path / "work").exists()
