import re

from memory import main


def test_what_was_taken_is_told_beside_what_was_planned(capfd):
    main(["--sizes", "48", "--checkpoint", "--settings", '{"iterations": [2], "history": 3}'])
    said = capfd.readouterr().out
    found = re.fullmatch(
        r"standard, 48 x \d+: (\d+) MB taken, (\d+) MB planned, ratio [\d.]+\n", said
    )
    assert found, said
    assert 10 < int(found[1]) < 1000
    assert int(found[2]) > 100
