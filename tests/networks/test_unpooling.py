"""Pools that remember, against PyTorch's own; and an encoder that traces its pools."""

import pytest
import torch
import torch.nn.functional as F

from impasto.networks.decoder import Decoder
from impasto.networks.encoder import Encoder
from impasto.networks.unpooling import pool_with_places, unpool
from impasto.weights.store import random_weights


def rectified(*shape, dtype=torch.float32):
    """Features with many zeros, so that many maxima are equal."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0)).relu().to(dtype)


@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_equals_pytorchs_pool_with_indices_and_its_contrary(dtype, layout):
    x = rectified(2, 5, 8, 12, dtype=dtype).contiguous(memory_format=layout)
    pooled, places = pool_with_places(x)
    wanted, indices = F.max_pool2d(x.float(), 2, return_indices=True)
    assert torch.equal(pooled.float(), wanted)
    values = torch.randn(pooled.shape).to(dtype)  # what a transfer puts in their stead, zeros too
    assert torch.equal(unpool(values, places).float(), F.max_unpool2d(values.float(), indices, 2))


def test_an_odd_row_and_column_are_dropped():
    x = rectified(1, 3, 7, 9)
    pooled, places = pool_with_places(x)
    assert pooled.shape == places.shape == (1, 3, 3, 4)
    assert torch.equal(pooled, F.max_pool2d(x, 2))


def test_a_gradient_goes_back_through_the_place_alone():
    x = torch.randn(1, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    places = torch.randint(0, 4, (1, 2, 3, 3), dtype=torch.uint8)
    assert torch.autograd.gradcheck(lambda x: unpool(x, places), x)


def test_an_encoder_traces_what_it_otherwise_sees():
    weights, metadata = random_weights("vgg16", seed=0, channels=(8, 8, 12, 12, 12))
    encoder = Encoder(weights, metadata, padding="reflect")
    image = torch.rand(1, 3, 48, 64)
    features, places = encoder.trace(image, "relu4_1")
    assert torch.equal(features, encoder(image, ["relu4_1"])["relu4_1"])
    assert [each.shape[-2:] for each in places] == [(24, 32), (12, 16), (6, 8)]
    made = Decoder("vgg16", 4, (8, 8, 12, 12, 12))(features, 4, places)
    assert made.shape == image.shape
    with pytest.raises(ValueError, match="relu9_1"):
        encoder.trace(image, "relu9_1")
