"""The decoder: its layers, its sizes, and how far it looks."""

import pytest
import torch

from impasto.errors import ImpastoError
from impasto.networks.decoder import LEVELS, Decoder, decoder_margin, mirror

SMALL = (4, 6, 8, 10, 12)


def decoder(level=5, architecture="vgg16"):
    torch.manual_seed(0)
    return Decoder(architecture, level, SMALL)


def test_layers_are_the_encoders_backwards():
    assert mirror("vgg16", 3) == (
        "conv3_1",
        "pool2",
        "conv2_2",
        "conv2_1",
        "pool1",
        "conv1_2",
        "conv1_1",
    )
    assert len(mirror("vgg19", 5)) == 2 + 2 + 4 + 4 + 1 + 4
    assert len(mirror("vgg16", 5)) == 2 + 2 + 3 + 3 + 1 + 4


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("architecture", ["vgg16", "vgg19"])
def test_a_picture_comes_out_of_every_level(level, architecture):
    features = torch.rand(2, SMALL[level - 1], 3, 5)
    whole = decoder(5, architecture)
    assert whole(features, level).shape == (2, 3, 3 * 2 ** (level - 1), 5 * 2 ** (level - 1))
    assert decoder(level, architecture)(features).shape == whole(features, level).shape


def test_deeper_levels_end_in_shallower_ones():
    whole, x = decoder(), torch.rand(1, SMALL[2], 6, 6)
    y = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="reflect")
    y = whole.convolutions["conv3_1"](y).relu()
    y = torch.nn.functional.interpolate(y, scale_factor=2.0)
    y = torch.nn.functional.pad(y, (1, 1, 1, 1), mode="reflect")
    y = whole.convolutions["conv2_2"](y).relu()
    assert torch.equal(whole(x, 3), whole(y, 2))


def test_the_first_level_has_a_convolution_of_its_own():
    whole, x = decoder(), torch.rand(1, SMALL[0], 6, 6)
    y = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="reflect")
    assert torch.equal(whole(x, 1), whole.convolutions["alone"](y))


@pytest.mark.parametrize("level", LEVELS)
def test_its_reach_is_that_of_its_gradient(level):
    net = decoder(level).double()
    x = torch.rand(1, SMALL[level - 1], 19, 19, dtype=torch.float64, requires_grad=True)
    step = 2 ** (level - 1)
    margin = decoder_margin("vgg16", level) // step
    for corner in (0, step - 1):  # of the pixels that the position in the middle stands for
        (sent,) = torch.autograd.grad(net(x)[0, :, 9 * step + corner, 9 * step].sum(), x)
        rows = sent.abs().sum((0, 1, 3)).nonzero().flatten()
        assert 9 - rows.min() <= margin >= rows.max() - 9
    far = 9 - rows.min(), rows.max() - 9
    assert max(far) >= margin - 1  # and not much more than is needed


@pytest.mark.parametrize("level", [0, 6])
def test_levels_that_no_encoder_has(level):
    with pytest.raises(ImpastoError, match=f"the level is {level}; expected one of 1, 2"):
        mirror("vgg16", level)


def test_what_it_can_not_decode():
    with pytest.raises(ImpastoError, match="level is 4; expected 3, the deepest, at most"):
        decoder(3)(torch.rand(1, SMALL[3], 4, 4), 4)
    with pytest.raises(ImpastoError, match="have 1 x 4 positions; expected 2 x 2"):
        decoder(3)(torch.rand(1, SMALL[2], 1, 4))
