"""Layers by name, against table 1 of the paper."""

import pytest

from impasto.errors import ImpastoError
from impasto.networks.vgg import check_layers, layer_names, least_side, stride

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
