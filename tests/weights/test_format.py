"""Files of weights: the same bytes every time, and damage is noticed."""

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from impasto.weights.format import read_weights, write_weights
from impasto.weights.table import TABLE, WeightsError

WEIGHTS = {"conv1_1.weight": torch.arange(108.0).reshape(4, 3, 3, 3), "conv1_1.bias": torch.ones(4)}
METADATA = TABLE["vgg19"].metadata()


def test_what_is_written_is_read(tmp_path: Path):
    write_weights(tmp_path / "new" / "file", WEIGHTS, METADATA)
    weights, metadata = read_weights(tmp_path / "new" / "file")
    assert metadata.items() >= METADATA.items()
    assert weights.keys() == WEIGHTS.keys()
    for name, tensor in WEIGHTS.items():
        torch.testing.assert_close(weights[name], tensor, rtol=0, atol=0)
    assert [item.name for item in (tmp_path / "new").iterdir()] == ["file"]


def test_others_can_read_it(tmp_path: Path):
    write_weights(tmp_path / "file", WEIGHTS, METADATA)
    with safe_open(tmp_path / "file", framework="np") as file:
        assert file.metadata()["channels"] == "BGR"
        assert file.get_tensor("conv1_1.weight")[1, 0, 0, 0] == 27


def test_the_type_is_kept(tmp_path: Path):
    halves = {name: tensor.half() for name, tensor in WEIGHTS.items()}
    write_weights(tmp_path / "file", halves, METADATA)
    assert read_weights(tmp_path / "file")[0]["conv1_1.bias"].dtype == torch.float16


def test_the_same_weights_give_the_same_bytes(tmp_path: Path):
    contents = set()
    for number in range(8):  # safetensors alone shuffles the metadata each time
        write_weights(tmp_path / str(number), WEIGHTS, METADATA)
        contents.add((tmp_path / str(number)).read_bytes())
    assert len(contents) == 1


def test_memory_layout_does_not_matter(tmp_path: Path):
    turned = WEIGHTS["conv1_1.weight"].permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)
    write_weights(tmp_path / "a", WEIGHTS, METADATA)
    write_weights(tmp_path / "b", {**WEIGHTS, "conv1_1.weight": turned}, METADATA)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_one_flipped_bit_is_noticed(tmp_path: Path):
    write_weights(tmp_path / "file", WEIGHTS, METADATA)
    content = bytearray((tmp_path / "file").read_bytes())
    content[-1] ^= 1
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(WeightsError, match="is damaged: its SHA-256 differs"):
        read_weights(tmp_path / "file")


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_a_truncated_file_is_noticed(kept: int, tmp_path: Path):
    write_weights(tmp_path / "file", WEIGHTS, METADATA)
    (tmp_path / "file").write_bytes((tmp_path / "file").read_bytes()[:kept])
    with pytest.raises(WeightsError, match="is damaged"):
        read_weights(tmp_path / "file")


def test_a_file_of_others_is_not_trusted(tmp_path: Path):
    save_file(WEIGHTS, tmp_path / "file")
    with pytest.raises(WeightsError, match="was not written by impasto"):
        read_weights(tmp_path / "file")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_weights(tmp_path / "file", WEIGHTS, METADATA)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("impasto.atomic.os.fsync", full)
    with pytest.raises(WeightsError, match=r"can't be written \(No space left on device\); make"):
        write_weights(tmp_path / "file", {"conv1_1.bias": torch.zeros(4)}, METADATA)
    assert [item.name for item in tmp_path.iterdir()] == ["file"]
    assert read_weights(tmp_path / "file")[0].keys() == WEIGHTS.keys()


def test_a_place_that_is_no_folder_is_told(tmp_path: Path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(WeightsError, match="can't be written"):
        write_weights(tmp_path / "home" / "file", WEIGHTS, METADATA)
