import json

import pytest
import torch
from stress import main

from impasto import save_image


def test_a_few_runs_are_done_once(tmp_path, photo, painting, capsys):
    for name, image in {"photos": photo, "paintings": painting}.items():
        (tmp_path / name).mkdir()
        save_image(tmp_path / name / "one.png", image)
    words = [str(tmp_path / "photos"), str(tmp_path / "paintings"), "--runs", "1"]
    words += ["--json", str(tmp_path / "stress.jsonl")]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    for _ in range(2):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
    torch.set_num_threads(threads)
    (line,) = (tmp_path / "stress.jsonl").read_text().splitlines()
    assert json.loads(line)["after"] <= json.loads(line)["before"]
    assert "1 runs" in capsys.readouterr().out
