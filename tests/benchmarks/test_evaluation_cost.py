import json
import re

from evaluation_cost import main


def test_what_was_taken_is_told_beside_what_was_planned(capfd, tmp_path):
    path = tmp_path / "cost.json"
    asked = ["--settings", '{"history": 3}', "--json", str(path)]
    main(["--sizes", "48", "--checkpoint", *asked])
    said = capfd.readouterr().out
    found = re.fullmatch(
        r"standard, 48 x \d+: ([\d.]+) s for an evaluation, [\d.]+ us per pixel; "
        r"(\d+) MB taken, (\d+) MB planned, ratio [\d.]+\n",
        said,
    )
    assert found, said
    assert 10 < int(found[2]) < 1000
    assert int(found[3]) > 100
    (record,) = json.loads(path.read_text())["measured"]
    assert record["size"] == [48, 36]
    assert record["tile"] is None
    assert record["taken"] <= record["process"]
