"""The files inside the package are what they say they are."""

import hashlib
import json

import pytest
import torch
from torch import Tensor

from impasto.weights.format import read_weights
from impasto.weights.store import SHIPPED, load_weights, weights_path
from impasto.weights.table import TABLE, WIDTHS
from impasto.weights.trained import TRAINED, trained_path

SHIPPED_RECORDS = [record for record in TABLE.values() if record.shipped]

# Values of Keras' vgg16_weights_tf_dim_ordering_tf_kernels.h5 as others print and test them, at
# their place in (out, in, h, w).
PUBLISHED = {
    ("conv1_1.weight", (0, 0, 0, 0)): 0.42947057,
    ("conv1_1.weight", (0, 0, 0, 1)): 0.373467,
    ("conv1_1.weight", (0, 0, 1, 0)): 0.27476987,
    ("conv1_1.weight", (0, 1, 0, 0)): 0.55037946,
    ("conv1_1.bias", (0,)): 0.73429835,
    ("conv1_1.bias", (1,)): 0.09340367,
    ("conv1_1.bias", (2,)): 0.06775674,
    ("conv1_1.bias", (25,)): 0.7446502,
    ("conv1_2.weight", (63, 63, 2, 2)): 0.016082443,
    ("conv2_1.bias", (1,)): 0.06440781,
    ("conv5_1.weight", (269, 63, 1, 0)): -0.011236359,
    ("conv5_2.bias", (510,)): 0.23517226,
    ("conv5_3.weight", (400, 0, 0, 2)): -0.008714244,
}


@pytest.fixture(scope="module")
def vgg16() -> dict[str, Tensor]:
    return load_weights("vgg16")[0]


@pytest.mark.parametrize(("place", "value"), PUBLISHED.items(), ids=str)
def test_vgg16_has_the_published_values(
    place: tuple[str, tuple[int, ...]], value: float, vgg16: dict[str, Tensor]
):
    name, index = place
    assert vgg16[name][index].item() == pytest.approx(value, rel=2**-11)  # half precision


def test_vgg16_has_all_thirteen_convolutions(vgg16: dict[str, Tensor]):
    widths = [width for block in WIDTHS["vgg16"] for width in block]
    kernels = [tensor for name, tensor in vgg16.items() if name.endswith("weight")]
    biases = [tensor for name, tensor in vgg16.items() if name.endswith("bias")]
    assert [tuple(kernel.shape) for kernel in kernels] == [
        (width, inputs, 3, 3) for width, inputs in zip(widths, [3, *widths], strict=False)
    ]
    assert [len(bias) for bias in biases] == widths
    assert len(vgg16) == 26
    assert all(tensor.isfinite().all() for tensor in vgg16.values())


@pytest.mark.parametrize("record", SHIPPED_RECORDS, ids=lambda record: record.name)
def test_the_table_has_its_hash(record):
    assert hashlib.sha256(weights_path(record).read_bytes()).hexdigest() == record.sha256


@pytest.mark.parametrize("record", SHIPPED_RECORDS, ids=lambda record: record.name)
def test_it_says_what_it_is(record):
    _, metadata = read_weights(weights_path(record))
    assert metadata["architecture"] == "vgg16"
    assert metadata["channels"] == "BGR"
    assert json.loads(metadata["mean"]) == [123.68, 116.779, 103.939]  # RGB
    assert json.loads(metadata["std"]) == [1, 1, 1]
    assert metadata["license"].startswith("CC-BY-4.0")
    assert "sha256" in metadata["origin"]
    assert metadata["paper"] == record.paper


def test_the_package_ships_nothing_else():
    trained = {f"{name}.safetensors" for name in TRAINED}
    assert {path.name for path in SHIPPED.iterdir()} == {
        *(record.shipped for record in SHIPPED_RECORDS),
        *trained,
    }


@pytest.mark.parametrize("name", TRAINED)
def test_what_was_trained_here_is_whole_and_says_so(name):
    stored, about = read_weights(trained_path(name))
    assert {tensor.dtype for tensor in stored.values()} == {torch.float16}
    assert about["license"] == "CC0-1.0" and int(about["steps"]) > 0
    assert json.loads(about["recipe"])["training"] == name


def test_what_was_trained_here_is_less_than_60_megabytes():
    assert sum(trained_path(name).stat().st_size for name in TRAINED) < 60e6


def test_vgg16_is_half_the_size():
    stored, _ = read_weights(SHIPPED / "vgg16.safetensors")
    assert {tensor.dtype for tensor in stored.values()} == {torch.float16}
    assert {tensor.dtype for tensor in load_weights("vgg16")[0].values()} == {torch.float32}


def test_the_normalized_network_is_vgg16_by_other_scales(vgg16: dict[str, Tensor]):
    normalized, metadata = load_weights("vgg16-normalized")
    means, _ = read_weights(SHIPPED / "vgg16_normalized.safetensors")
    assert metadata["channels"] == "BGR"
    assert normalized.keys() == vgg16.keys()
    s, t = means["conv4_2.mean"], means["conv4_1.mean"]
    expected = vgg16["conv4_2.weight"] * t.view(1, -1, 1, 1) / s.view(-1, 1, 1, 1)
    torch.testing.assert_close(normalized["conv4_2.weight"], expected)
    torch.testing.assert_close(normalized["conv4_2.bias"], vgg16["conv4_2.bias"] / s)
    torch.testing.assert_close(
        normalized["conv1_1.weight"][5], vgg16["conv1_1.weight"][5] / means["conv1_1.mean"][5]
    )
