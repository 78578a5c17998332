import json

import pytest
import standard_against_yardstick as benchmark


def point(seconds, loss, size=(64, 64)):
    return {"seconds": seconds, "loss": loss, "size": list(size)}


YARDSTICK = [point(5, 9.0), point(60, 2.0), point(80, 2.5)]
OURS = [point(1, 1.0, (32, 32)), point(2, 3.0), point(3, 1.9), point(4, 1.8)]


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """Measure without running anything; return the file's content."""
    commits = iter(f"commit {number}" for number in range(9))

    def measure(command, picture, content, style):
        return YARDSTICK if "yardstick.py" in " ".join(command) else OURS

    monkeypatch.setattr(benchmark, "measure", measure)
    monkeypatch.setattr(benchmark, "machine", lambda: {"commit": next(commits)})

    def run(pairs):
        monkeypatch.setattr(benchmark, "PAIRS", pairs)
        benchmark.main(["--json", str(tmp_path / "result.json")])
        return json.loads((tmp_path / "result.json").read_text())

    return run


def test_a_pair_is_how_much_sooner_the_full_size_reaches_the_best_of_the_yardstick(measured):
    (pair,) = measured((("cat", "great_wave"),))["pairs"]
    assert pair["yardstick"]["best"] == point(60, 2.0)
    for arithmetic in benchmark.ARITHMETICS:
        assert pair[arithmetic]["seconds"] == 3
        assert pair[arithmetic]["sooner"] == 20


def test_it_goes_on_and_every_pair_says_where_it_was_measured(measured, capsys):
    measured((("cat", "great_wave"),))
    pairs = measured((("cat", "great_wave"), ("cat", "whalers")))["pairs"]
    assert [pair["style"] for pair in pairs] == ["great_wave", "whalers"]
    assert [pair["machine"]["commit"] for pair in pairs] == ["commit 0", "commit 1"]
    assert capsys.readouterr().out.endswith("float32: times sooner [20.0, 20.0], median 20.0\n")
