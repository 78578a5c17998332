import json
import sys

import beside_neural_style_pt
import pytest
import torch

from impasto.weights.store import load_weights

PROGRAM = """
import shutil, sys
def value(flag):
    return sys.argv[sys.argv.index(flag) + 1]
assert value("-image_size") == "48"
shutil.copy(value("-style_image" if "-init" in sys.argv else "-content_image"), "out.jpg")
"""


def run(tmp_path, *more: str) -> int:
    words = [str(tmp_path / "work"), str(tmp_path / "checkout"), "--results", str(tmp_path)]
    words += ["--size", "48", "--threads", "1", "--photos", "cat", "--styles", "great_wave"]
    with pytest.raises(SystemExit) as ended:
        beside_neural_style_pt.main([*words, *more])
    return ended.value.code


def test_its_pictures_stand_in_one_table_with_ours(tmp_path):
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "neural_style.py").write_text(PROGRAM)
    assert run(tmp_path, "--python", sys.executable) == 0
    cells = json.loads((tmp_path / "neural-style-pt.json").read_text())["cells"]
    by_row = {cell["row"]: cell for cell in cells}
    assert by_row.keys() > {"standard", *beside_neural_style_pt.ROWS}
    photo, painting = (
        by_row[row]["scores"] for row in ("neural-style-pt", "neural-style-pt from the photo")
    )
    assert photo["ssim"] > 0.9
    assert painting["sliced-wasserstein"] < 0.5 * photo["sliced-wasserstein"]
    assert "neural-style-pt in 4 x the time" in (tmp_path / "neural-style-pt.md").read_text()


def test_without_its_code(tmp_path):
    assert "expected a checkout of neural-style-pt" in str(run(tmp_path))


def test_the_network_is_ours(tmp_path):
    beside_neural_style_pt.write_network(tmp_path / "vgg16.pth")
    written = torch.load(tmp_path / "vgg16.pth", weights_only=True)
    weights, _ = load_weights("vgg16")
    assert len(written) == len(weights) == 26
    torch.testing.assert_close(written["features.28.weight"], weights["conv5_3.weight"])
    torch.testing.assert_close(written["features.10.bias"], weights["conv3_1.bias"])
