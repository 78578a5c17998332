"""Layers by name, against table 1 of the paper."""

import pytest
import torch

from impasto.errors import ImpastoError
from impasto.networks.encoder import Encoder
from impasto.networks.vgg import (
    blocks,
    check_layers,
    layer_names,
    least_side,
    reach,
    stride,
)
from impasto.weights.store import random_weights

TABLE_1 = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}  # columns D and E


@pytest.mark.parametrize("architecture", TABLE_1)
def test_every_layer_has_its_name_and_place(architecture):
    names = layer_names(architecture)
    expected = []
    for block, count in enumerate(TABLE_1[architecture], start=1):
        for index in range(1, count + 1):
            expected += [f"conv{block}_{index}", f"relu{block}_{index}"]
        expected.append(f"pool{block}")
    assert list(names) == expected
    assert sum(name.startswith("conv") for name in names) == int(architecture[3:]) - 3


def test_an_unknown_layer_is_named_and_the_known_ones_too():
    check_layers("vgg19", ["relu3_4", "pool5"])
    with pytest.raises(ImpastoError, match="'relu3_4' is not a layer of vgg16; expected one of co"):
        check_layers("vgg16", ["relu3_4"])


@pytest.mark.parametrize(
    ("layer", "pixels"),
    [("conv1_1", 1), ("relu1_2", 1), ("pool1", 2), ("conv2_1", 2), ("relu5_1", 16), ("pool5", 32)],
)
def test_each_pool_doubles_the_stride(layer, pixels):
    assert stride(layer) == pixels


def test_the_deepest_layer_says_how_small_a_picture_may_be():
    assert least_side(["relu5_1", "relu1_1"], "zeros") == 16
    assert least_side(["relu3_1"], "replicate") == 4
    assert least_side(["relu3_1"], "reflect") == 8
    assert least_side([], "zeros") == 1
    assert least_side(["relu9_9"], "zeros") == 1  # refused by its name elsewhere


def test_blocks_end_with_their_pool_or_with_the_deepest_layer():
    assert blocks("vgg16", ["relu2_1", "conv1_2"]) == [
        ("conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1"),
        ("conv2_1", "relu2_1"),
    ]
    assert blocks("vgg16", ["pool1"]) == [("conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1")]
    assert blocks("vgg16", []) == []
    names = [name for block in blocks("vgg19", ["pool5"]) for name in block]
    assert tuple(names) == layer_names("vgg19")


@pytest.mark.parametrize("layer", ["conv1_1", "relu1_2", "pool1", "relu2_1", "conv3_2", "pool3"])
def test_reach_is_what_a_position_sees_on_each_side(layer):
    """The gradient of one position, of a network whose kernels are all ones."""
    weights, metadata = random_weights("vgg16", 1, channels=(1, 1, 1, 1, 1), dtype=torch.float64)
    weights = {name: torch.ones_like(each) for name, each in weights.items()}
    encoder = Encoder(weights, metadata, pooling="average", dtype=torch.float64)
    image = torch.ones(1, 3, 1, 200, dtype=torch.float64).expand(1, 3, 16, 200).requires_grad_()
    features = encoder(image, [layer])[layer]
    position = features.shape[-1] // 2
    (gradient,) = torch.autograd.grad(features[0, 0, 0, position], image)
    (seen,) = gradient[0].sum((0, 1)).nonzero(as_tuple=True)
    first = position * stride(layer)
    around = reach("vgg16", [layer])
    assert (seen.min().item(), seen.max().item()) == (
        first - around,
        first + stride(layer) - 1 + around,
    )
