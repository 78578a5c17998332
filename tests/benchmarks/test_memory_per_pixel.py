import json

import torch
from memory_per_pixel import main, most_bytes


def test_the_most_that_was_there_at_once():
    def work():
        first = torch.ones(2**20)
        del first
        torch.ones(3 * 2**18)
        return torch.ones(2**18)

    assert most_bytes(work) == 4 * 2**20


def test_a_slope_is_written_for_each_arithmetic(tmp_path, capfd):
    path = tmp_path / "memory.json"
    main(["--sides", "64", "128", "--json", str(path)])
    bfloat16, float32 = json.loads(path.read_text())["measured"]
    assert 0 < bfloat16["per_pixel"] < float32["per_pixel"]
    for each in (bfloat16, float32):
        few, many = each["bytes"]
        assert each["per_pixel"] == (many - few) / (128**2 - 64**2)
    assert "float32: " in capfd.readouterr().out
