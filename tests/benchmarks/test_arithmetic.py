import json

import pytest
from arithmetic import main


def test_both_arithmetics_are_painted_and_judged(tmp_path, capfd):
    work, path = tmp_path / "work", tmp_path / "arithmetic.json"
    main([str(work), "--json", str(path), "--size", "48", "--pairs", "1"])
    (pair,) = json.loads(path.read_text())["pairs"]
    ratio = pair["bfloat16"]["loss"] / pair["float32"]["loss"]
    assert pair["ratio"] == pytest.approx(ratio)
    assert 0.5 < ratio < 2
    assert {each.name for each in work.iterdir()} == {
        "cat-great_wave-bfloat16.png",
        "cat-great_wave-float32.png",
        "sheet.png",
    }
    assert "cat, great_wave: " in capfd.readouterr().out
