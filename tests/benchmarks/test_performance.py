import json

import performance
from cold_start import COMMANDS


def test_every_script_writes_once(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(performance, "SCRIPTS", {"cold_start": ("--times", "1")})
    performance.main([str(tmp_path / "new")])
    path = tmp_path / "new" / "cold_start.json"
    record = json.loads(path.read_text())
    assert list(record["seconds"]) == list(COMMANDS)
    assert all(seconds > 0 for seconds in record["seconds"].values())
    assert record["machine"]["threads"] >= 1
    assert "impasto --help: " in capfd.readouterr().out
    performance.main([str(tmp_path / "new")])
    assert capfd.readouterr().out == f"{path} is there already\n"


def test_the_scripts_exist():
    for name in performance.SCRIPTS:
        assert (performance.HERE / f"{name}.py").is_file()
