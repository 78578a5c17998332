"""The normalized network: mean activations of 1, and otherwise the same network."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from impasto.weights.normalize import mean_activations, normalize
from impasto.weights.store import random_weights

CHANNELS = (4, 5, 6, 7, 8)


@pytest.fixture(params=["vgg16", "vgg19"])
def weights(request: pytest.FixtureRequest) -> dict[str, Tensor]:
    """Networks whose filters all answer: kernels that add up to 0 beside positive biases."""
    weights, _ = random_weights(request.param, 1, CHANNELS, torch.float64)
    for name, tensor in weights.items():
        if name.endswith("bias"):
            tensor.abs_().add_(1)
        else:
            tensor.sub_(tensor.mean(dim=(1, 2, 3), keepdim=True))
    return weights


@pytest.fixture
def images() -> list[Tensor]:
    """Pictures of different sizes and brightness, so that a mean of means would be wrong."""
    rng = torch.Generator().manual_seed(2)
    shapes = [(1, 3, 32, 48), (2, 3, 48, 32), (1, 3, 64, 64)]
    return [
        torch.randn(shape, generator=rng, dtype=torch.float64) * scale
        for scale, shape in enumerate(shapes, start=1)
    ]


def activations(weights: dict[str, Tensor], x: Tensor, pool: str = "max") -> dict[str, Tensor]:
    """Every layer after its ReLU, written out without the code under test."""
    found = {}
    for block in range(1, 6):
        for index in range(1, 5):
            name = f"conv{block}_{index}"
            if f"{name}.weight" in weights:
                x = F.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"], padding=1)
                found[name] = x = x.clamp(min=0)
        x = F.max_pool2d(x, 2) if pool == "max" else F.avg_pool2d(x, 2)
    return found


def test_the_mean_is_over_images_and_positions(weights: dict[str, Tensor], images: list[Tensor]):
    means = mean_activations(weights, images)
    found = [activations(weights, image) for image in images]
    assert len(means) == len(found[0])
    for name in found[0]:
        values = torch.cat([a[name].transpose(0, 1).flatten(1) for a in found], dim=1)
        torch.testing.assert_close(means[f"{name}.mean"], values.mean(1).float())


def test_the_normalized_means_are_one(weights: dict[str, Tensor], images: list[Tensor]):
    normalized = normalize(weights, mean_activations(weights, images))
    for name, mean in mean_activations(normalized, images).items():
        torch.testing.assert_close(mean, torch.ones_like(mean), msg=name)


@pytest.mark.parametrize("pool", ["max", "average"])
def test_nothing_but_the_scale_changes(pool: str, weights: dict[str, Tensor], images: list[Tensor]):
    means = mean_activations(weights, images)
    before = activations(weights, images[0], pool)
    after = activations(normalize(weights, means), images[0], pool)
    for name, features in after.items():
        scale = means[f"{name}.mean"].double().view(1, -1, 1, 1)
        torch.testing.assert_close(features * scale, before[name], rtol=1e-9, atol=1e-9)


def test_a_dead_filter_is_left_alone(weights: dict[str, Tensor], images: list[Tensor]):
    weights["conv2_1.bias"][3] = -1e9
    means = mean_activations(weights, images)
    assert means["conv2_1.mean"][3] == 0
    normalized = normalize(weights, means)
    assert normalized["conv2_1.bias"][3] == -1e9
    assert all(tensor.isfinite().all() for tensor in normalized.values())
    after = mean_activations(normalized, images)
    assert after["conv2_1.mean"].tolist() == pytest.approx([1, 1, 1, 0, 1], rel=1e-6)
    torch.testing.assert_close(after["conv2_2.mean"], torch.ones(5))


def test_the_weights_are_not_modified(weights: dict[str, Tensor], images: list[Tensor]):
    copies = {name: tensor.clone() for name, tensor in weights.items()}
    pictures = [image.clone() for image in images]
    normalize(weights, mean_activations(weights, images))
    assert all(torch.equal(copies[name], weights[name]) for name in weights)
    assert all(torch.equal(a, b) for a, b in zip(pictures, images, strict=True))
