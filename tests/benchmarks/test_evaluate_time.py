import json

from evaluate_time import main


def test_a_picture_is_judged_and_timed(tmp_path, capfd):
    path = tmp_path / "time.json"
    main(["--json", str(path), "--size", "64", "--times", "1"])
    record = json.loads(path.read_text())
    assert len(record["seconds"]) == 1
    assert record["seconds"][0] > 0
    assert record["machine"]["processor"]
    assert " s (" in capfd.readouterr().out
