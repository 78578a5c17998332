"""What paintings ask of a layer: mixing and strength."""

import pytest
import torch

from impasto.features.statistics import Moments, mix, moments
from impasto.features.targets import style_targets


def measured(seed, h=6, w=8):
    rng = torch.Generator().manual_seed(seed)
    return moments(torch.rand(1, 3, h, w, generator=rng))


PHOTO = measured(1)
PAINTINGS = [measured(2), measured(3, 5, 5)]


def targets(*, mixing="statistics", strength=1.0):
    return style_targets(
        PHOTO,
        PAINTINGS,
        [0.25, 0.75],
        mixing=mixing,
        strength=strength,
        prepare=Moments._make,
    )


def assert_same(ours, expected):
    torch.testing.assert_close(ours.mean, expected.mean)
    torch.testing.assert_close(ours.second, expected.second)


def test_statistics_are_mixed_into_one_target():
    ((weight, target),) = targets()
    assert weight == 1.0
    assert_same(target, mix([0.25, 0.75], PAINTINGS))


def test_losses_are_mixed_of_a_target_each():
    found = targets(mixing="losses")
    assert [weight for weight, _ in found] == [0.25, 0.75]
    for (_, target), painting in zip(found, PAINTINGS, strict=True):
        assert_same(target, painting)


@pytest.mark.parametrize("mixing", ["statistics", "losses"])
def test_strength_0_asks_for_the_photos_own_statistics(mixing):
    for _, target in targets(mixing=mixing, strength=0.0):
        assert_same(target, PHOTO)


def test_half_the_strength_lies_half_way():
    ((_, half),) = targets(strength=0.5)
    ((_, full),) = targets()
    assert_same(half, mix((0.5, 0.5), (PHOTO, full)))
