"""Beside torch's own layers, which keep everything."""

import pytest
import torch
import torch.nn.functional as F

from impasto.features.statistics import Probe, probe_moments
from impasto.networks.encoder import Encoder
from impasto.networks.lean import (
    convolve,
    convolve_rectify,
    convolve_rectify_measure,
    make_kernel,
)
from impasto.networks.pooling import average_pool, max_pool
from impasto.weights.store import random_weights

DTYPES = (torch.float64, torch.float32, torch.bfloat16)
LIMITS = {torch.float64: 1e-12, torch.float32: 1e-6, torch.bfloat16: 2**-8}
"""Relative to the largest number; in bfloat16 half of its last digit. Which order a processor sums
in is its own business."""


def numbers(*shape: int, dtype: torch.dtype, seed: int = 0) -> torch.Tensor:
    drawn = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return drawn.to(dtype).contiguous(memory_format=torch.channels_last)


def gradient(layer, x: torch.Tensor, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what a layer makes of x, and the gradient that comes back for a random one."""
    x = x.detach().requires_grad_()
    y = layer(x)
    (back,) = torch.autograd.grad(y, x, numbers(*y.shape, dtype=y.dtype, seed=seed))
    return y.detach(), back


def assert_same(lean, plain, x: torch.Tensor, limit: float | None = None) -> None:
    relative = LIMITS[x.dtype] if limit is None else limit
    for found, expected in zip(gradient(lean, x), gradient(plain, x), strict=True):
        limit = relative * expected.abs().max().item()
        torch.testing.assert_close(found, expected, rtol=0, atol=limit)


@pytest.fixture(params=DTYPES, ids=str)
def dtype(request) -> torch.dtype:
    return request.param


@pytest.fixture
def kernel(dtype):
    return make_kernel(
        numbers(6, 5, 3, 3, dtype=dtype, seed=2), numbers(6, 1, 1, 1, dtype=dtype).flatten()
    )


def plain_convolution(x, kernel, padding):
    return F.conv2d(x, kernel.weight, kernel.bias, padding=padding)


@pytest.mark.parametrize("padding", [0, 1])
def test_convolution(dtype, kernel, padding):
    x = numbers(1, 5, 7, 8, dtype=dtype)
    assert_same(
        lambda x: convolve(x, kernel, padding), lambda x: plain_convolution(x, kernel, padding), x
    )


@pytest.mark.parametrize("padding", [0, 1])
def test_convolution_and_relu(dtype, kernel, padding):
    x = numbers(1, 5, 7, 9, dtype=dtype)
    assert_same(
        lambda x: convolve_rectify(x, kernel, padding, pooled=False),
        lambda x: F.relu(plain_convolution(x, kernel, padding)),
        x,
    )


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize("channels", [5, 32])  # the first is convolved again, the second kept
def test_moments_are_added_to_a_gradient_that_only_a_hidden_layer_may_change(hidden, channels):
    kernel = make_kernel(
        numbers(6, channels, 3, 3, dtype=torch.float64),
        numbers(6, 1, 1, 1, dtype=torch.float64)[:, 0, 0, 0],
    )
    x = numbers(1, channels, 7, 8, dtype=torch.float64).requires_grad_()
    probe = Probe((0, 7), (0, 8), (1 / 56,))
    given, to_second = numbers(1, 6, 7, 8, dtype=torch.float64, seed=3), torch.eye(6).double()
    sent = given.clone(memory_format=torch.channels_last)
    y, (found,) = convolve_rectify_measure(x, kernel, 1, probe, hidden=hidden)
    (back,) = torch.autograd.grad((y, found.second), x, (sent, to_second))
    plain = F.relu(plain_convolution(x, kernel, 1))
    second = probe_moments(plain, probe)[0].second
    (expected,) = torch.autograd.grad((plain, second), x, (given, to_second))
    torch.testing.assert_close(back, expected, rtol=0, atol=1e-12)
    assert torch.equal(sent, given) != hidden


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("size", [(6, 8), (7, 8), (6, 9), (7, 9), (2, 2), (3, 2)])
def test_convolution_and_relu_that_is_pooled(dtype, kernel, size, partial):
    x = numbers(1, 5, *size, dtype=dtype)
    assert_same(
        lambda x: max_pool(convolve_rectify(x, kernel, 1, pooled=True), partial=partial),
        lambda x: F.max_pool2d(F.relu(plain_convolution(x, kernel, 1)), 2, ceil_mode=partial),
        x,
    )


@pytest.mark.parametrize("partial", [False, True])
def test_of_equal_numbers_the_first_is_taken(dtype, partial):
    """Of three different numbers; a window of zeros sends its gradient where a ReLU stops it."""
    x = numbers(1, 4, 9, 11, dtype=dtype).round().clamp(-1, 1)
    assert_same(
        lambda x: max_pool(F.relu(x), partial=partial),
        lambda x: F.max_pool2d(F.relu(x), 2, ceil_mode=partial),
        x,
        limit=0.0,
    )


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("size", [(6, 8), (7, 8), (6, 9), (7, 9), (2, 2), (3, 3)])
def test_average_pool(dtype, size, partial):
    assert_same(
        lambda x: average_pool(x, partial=partial),
        lambda x: F.avg_pool2d(x, 2, ceil_mode=partial),
        numbers(1, 5, *size, dtype=dtype),
    )


LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu4_2", "relu5_1")


def plain_network(weights, x, wanted):
    found = {}
    for name in ("conv1_1", "conv1_2", "pool1", "conv2_1", "conv2_2", "pool2", "conv3_1"):
        if name.startswith("pool"):
            x = F.max_pool2d(x, 2)
            continue
        x = F.relu(F.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1))
        found[name.replace("conv", "relu")] = x
    return [found[name] for name in wanted]


@pytest.mark.parametrize("wanted", [("relu3_1",), ("relu1_1", "relu1_2", "relu2_2", "relu3_1")])
def test_network(wanted):
    """Also with layers that are looked at before their pool."""
    weights, metadata = random_weights("vgg16", 1, channels=(4, 5, 6, 7, 8), dtype=torch.float64)
    metadata |= {"channels": "RGB", "mean": "[0, 0, 0]", "std": "[1, 1, 1]"}
    encoder = Encoder(weights, metadata, dtype=torch.float64)

    def total(features):
        return torch.stack([each.square().sum() for each in features]).sum().view(1, 1, 1, 1)

    assert_same(
        lambda x: total(encoder(x, wanted, input_range=1.0).values()),
        lambda x: total(plain_network(weights, x, wanted)),
        numbers(1, 3, 21, 26, dtype=torch.float64),
    )


def kept(compute) -> int:
    """Return the bytes that are kept for the backward pass, each tensor once."""
    seen = {}

    def look(tensor):
        seen[tensor.data_ptr()] = tensor.numel() * tensor.itemsize
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(look, lambda tensor: tensor):
        compute()
    return sum(seen.values())


def test_what_is_kept():
    """Of 146 numbers per pixel, in ReLUs that are not pooled, a bit; of 30 pooled ones four."""
    weights, metadata = random_weights("vgg16", 1, channels=(64, 128, 256, 512, 512))
    metadata |= {"channels": "RGB", "mean": "[0, 0, 0]", "std": "[1, 1, 1]"}
    encoder = Encoder(weights, metadata)
    image = numbers(1, 3, 32, 32, dtype=torch.float32).requires_grad_()
    pixels = 32 * 32
    assert kept(lambda: encoder(image, ["relu5_1"])) / pixels < 146 / 8 + 30 / 2 + 13


def test_an_average_keeps_nothing():
    image = numbers(1, 3, 32, 32, dtype=torch.float32).requires_grad_()
    assert kept(lambda: average_pool(image, partial=False)) == 0


@pytest.mark.parametrize("strip", [2**10, 2**24])
def test_moments_on_the_way(monkeypatch, strip):
    """In strips or not: the gradient of features and moments together."""
    monkeypatch.setattr("impasto.networks.encoder.STRIP", strip)
    weights, metadata = random_weights("vgg16", 1, channels=(4, 5, 6, 7, 8), dtype=torch.float64)
    metadata |= {"channels": "RGB", "mean": "[0, 0, 0]", "std": "[1, 1, 1]"}
    encoder = Encoder(weights, metadata, dtype=torch.float64)
    layers = ("relu1_1", "relu1_2", "relu2_1")
    guide = torch.rand(37, 30, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    probes = {
        "relu1_1": Probe((0, 37), (0, 30), (guide,)),
        "relu1_2": Probe((3, 34), (5, 30), (0.5, 0.25)),
        "relu2_1": Probe((1, 18), (0, 9), (1.0,)),
    }

    def total(features, seen):
        moments = [each.sum() for name in layers for pair in seen[name] for each in pair]
        return (features.square().sum() + torch.stack(moments).sin().sum()).view(1, 1, 1, 1)

    def lean(x):
        found = encoder.observe(x, ["relu3_1"], probes, input_range=1.0)
        return total(found.features["relu3_1"], found.moments)

    def plain(x):
        features = dict(zip(layers, plain_network(weights, x, layers), strict=True))
        seen = {name: probe_moments(each, probes[name]) for name, each in features.items()}
        return total(*plain_network(weights, x, ["relu3_1"]), seen)

    assert_same(lean, plain, numbers(1, 3, 37, 30, dtype=torch.float64))


def test_what_is_kept_for_moments():
    """Of what a first convolution makes its input, of other layers the numbers themselves."""
    weights, metadata = random_weights("vgg16", 1, channels=(64, 128, 256, 512, 512))
    metadata |= {"channels": "RGB", "mean": "[0, 0, 0]", "std": "[1, 1, 1]"}
    encoder = Encoder(weights, metadata)
    image = numbers(1, 3, 32, 32, dtype=torch.float32).requires_grad_()
    probes = {
        "relu1_1": Probe((0, 32), (0, 32), (1.0,)),
        "relu2_1": Probe((0, 16), (0, 16), (1.0,)),
        "relu3_1": Probe((0, 8), (0, 8), (1.0,)),
    }
    bits, codes, numbers_kept = 0, (16 + 8) / 2, 3 + 32 + 16
    bound = bits + codes + 4 * numbers_kept + 13
    assert kept(lambda: encoder.observe(image, (), probes)) / 32**2 < bound
