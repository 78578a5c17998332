"""Whatever file a user has, the same network comes out of it, or one clear sentence."""

import pickle
from collections.abc import Callable
from pathlib import Path

import h5py
import layouts
import numpy as np
import pytest
import torch

from impasto.weights.convert import read_vgg19
from impasto.weights.table import CAFFE, TABLE, TORCHVISION, WeightsError

pytestmark = pytest.mark.usefixtures("narrow")

Writer = Callable[[layouts.Network, Path], Path]


@pytest.mark.parametrize("write", layouts.CAFFE_LAYOUTS, ids=lambda writer: writer.__name__)
def test_every_layout_gives_the_same_network(write: Writer, tmp_path: Path):
    weights = layouts.network(TABLE["vgg19"])
    record, found = read_vgg19(write(weights, tmp_path / "file"))
    assert record == TABLE["vgg19"]
    assert record.preprocessing == CAFFE
    assert list(found) == list(weights)
    for name, tensor in weights.items():
        assert found[name].dtype == torch.float32
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=0)


@pytest.mark.parametrize("write", [layouts.torch_features, layouts.torch_features_legacy])
def test_torchvision_is_told_from_the_caffe_port_by_its_values(write: Writer, tmp_path: Path):
    record, _ = read_vgg19(write(layouts.network(TABLE["vgg19-torchvision"]), tmp_path / "file"))
    assert record.name == "vgg19-torchvision"
    assert record.preprocessing == TORCHVISION


def test_half_precision_is_still_recognized(tmp_path: Path):
    weights = {name: t.half() for name, t in layouts.network(TABLE["vgg19"]).items()}
    record, found = read_vgg19(layouts.torch_features(weights, tmp_path / "file"))
    assert record.name == "vgg19"
    assert found["conv1_1.weight"].dtype == torch.float32


def test_matconvnet_values_as_printed_from_the_published_file():
    """The writer of the tests puts the kernel where imagenet-vgg-verydeep-19.mat has it.

    Printed from that file: [0, 0, :, 0] = 0.39416704, 0.46418372, 0.34119523 (RGB),
    [0, 1, 2, 0] = 0.33999205, [1, 0, 2, 0] = 0.23215917.
    """
    weights = layouts.network(TABLE["vgg19"])
    kernel, _ = layouts._matlab_arrays(weights, "conv1_1")
    assert kernel[0, 0, 2, 0] == pytest.approx(0.34119523)
    assert kernel[0, 1, 2, 0] == pytest.approx(0.33999205)
    assert kernel[1, 0, 2, 0] == pytest.approx(0.23215917)


def test_unknown_values_need_to_be_explained(tmp_path: Path):
    path = layouts.torch_features(layouts.network(), tmp_path / "file")
    with pytest.raises(WeightsError, match="--preprocessing caffe"):
        read_vgg19(path)
    for preprocessing, name in ((CAFFE, "vgg19"), (TORCHVISION, "vgg19-torchvision")):
        record, _ = read_vgg19(path, preprocessing)
        assert record.name == name
        assert record.preprocessing == preprocessing
        assert "unknown" in record.origin
        assert record.license == "that of its file"


def test_known_values_cannot_be_explained_away(tmp_path: Path):
    path = layouts.torch_features(layouts.network(TABLE["vgg19"]), tmp_path / "file")
    with pytest.raises(WeightsError, match="is vgg19; leave out --preprocessing"):
        read_vgg19(path, TORCHVISION)


@pytest.mark.parametrize("write", [layouts.torch_features, layouts.torch_names, layouts.keras_1])
def test_a_vgg16_is_refused_by_name(write: Writer, tmp_path: Path):
    path = write(layouts.network(architecture="vgg16"), tmp_path / "file")
    with pytest.raises(WeightsError, match=r"has no conv3_4.bias; .* this is a VGG-16"):
        read_vgg19(path)


def test_a_missing_layer_is_named(tmp_path: Path):
    weights = layouts.network(TABLE["vgg19"])
    del weights["conv2_2.weight"]
    with pytest.raises(WeightsError, match=r"has no conv2_2.weight; expected a whole VGG-19$"):
        read_vgg19(layouts.torch_names(weights, tmp_path / "file"))


def test_a_wrong_shape_is_named(tmp_path: Path):
    weights = layouts.network(TABLE["vgg19"])
    weights["conv4_2.weight"] = torch.zeros(7, 6, 3, 3)
    with pytest.raises(WeightsError, match=r"conv4_2.weight of shape \(7, 6, 3, 3\); expected"):
        read_vgg19(layouts.torch_names(weights, tmp_path / "file"))


def test_kernels_in_theano_order_are_refused(tmp_path: Path):
    path = layouts.keras_1(layouts.network(TABLE["vgg19"]), tmp_path / "file")
    with h5py.File(path, "a") as file:
        kernel = file["block1_conv1/block1_conv1_W_1:0"][()]
        del file["block1_conv1/block1_conv1_W_1:0"]
        file["block1_conv1/block1_conv1_W_1:0"] = np.transpose(kernel, (3, 2, 0, 1))
    with pytest.raises(WeightsError, match=r"conv1_1.weight of shape .*; expected \(4, 3, 3, 3\)"):
        read_vgg19(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_values_that_are_no_numbers_are_named(value: float, tmp_path: Path):
    weights = layouts.network(TABLE["vgg19"])
    weights["conv5_1.bias"][2] = value
    with pytest.raises(WeightsError, match=r"values in conv5_1.bias that are not finite"):
        read_vgg19(layouts.torch_names(weights, tmp_path / "file"))


def test_batch_normalization_is_named(tmp_path: Path):
    state = {"features.0.weight": torch.zeros(4, 3, 3, 3), "features.1.running_mean": torch.ones(4)}
    torch.save(state, tmp_path / "file")
    with pytest.raises(WeightsError, match="batch normalization"):
        read_vgg19(tmp_path / "file")


class _Touch:
    """Unpickling this makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("zipped", [True, False])
def test_code_in_a_pickle_does_not_run(zipped: bool, tmp_path: Path):
    state = {"features.0.weight": torch.zeros(4, 3, 3, 3), "x": _Touch(tmp_path / "owned")}
    torch.save(state, tmp_path / "file", _use_new_zipfile_serialization=zipped)
    with pytest.raises(WeightsError, match="holds code beside tensors"):
        read_vgg19(tmp_path / "file")
    assert not (tmp_path / "owned").exists()
    pickle.loads(pickle.dumps(_Touch(tmp_path / "owned")))
    assert (tmp_path / "owned").exists(), "the trap itself works"


@pytest.mark.parametrize("write", layouts.CAFFE_LAYOUTS, ids=lambda writer: writer.__name__)
@pytest.mark.parametrize("kept", [0.1, 0.6, 0.97])
def test_a_truncated_file_is_refused(write: Writer, kept: float, tmp_path: Path):
    path = write(layouts.network(TABLE["vgg19"]), tmp_path / "file")
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(WeightsError, match=r"download it again|has no conv"):
        read_vgg19(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "unknown format"),
        (b"version https://git-lfs.github.com/spec/v1\n", "unknown format"),
        (b"\n <!DOCTYPE html><html>404</html>", "is a web page"),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64", "save it again with the option -v7"),
        (b"PK\x03\x04 and then something else", "download it again"),
        (b"\x80\x02and then something else", "download it again"),
        (b"\x89HDF\r\n\x1a\n and then something else", "download it again"),
        (b"MATLAB 5.0 MAT-file and then something else", "download it again"),
    ],
)
def test_other_files_are_refused(content: bytes, sentence: str, tmp_path: Path):
    (tmp_path / "file.pth").write_bytes(content)
    with pytest.raises(WeightsError, match=sentence) as caught:
        read_vgg19(tmp_path / "file.pth")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "missing.pth"])
def test_what_is_no_file_is_refused(name: str, tmp_path: Path):
    with pytest.raises(WeightsError, match=r"is not a file; expected a VGG-19"):
        read_vgg19(tmp_path / name)


def test_a_state_dict_is_expected(tmp_path: Path):
    torch.save([torch.zeros(2)], tmp_path / "file")
    with pytest.raises(WeightsError, match="holds a list; expected a state_dict"):
        read_vgg19(tmp_path / "file")


def test_another_mean_color_is_refused(tmp_path: Path):
    weights = layouts.network(TABLE["vgg19"])
    path = layouts.matconvnet_2016(weights, tmp_path / "file", color=(129.2, 104.8, 93.6))
    with pytest.raises(WeightsError, match=r"mean color of \[129"):
        read_vgg19(path)
