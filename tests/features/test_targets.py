"""What paintings ask of a layer: mixing, strength, regions."""

import pytest
import torch

from impasto.features.regions import at_grid
from impasto.features.statistics import Moments, mix, moments
from impasto.features.targets import Painted, style_targets

LAYER = "relu1_1"


def features(seed, h=6, w=8):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng)


def halves(h, w):
    masks = torch.zeros(2, 1, h, w)
    masks[0, ..., : w // 4] = 1
    masks[1, ..., w // 4 :] = 1
    return masks


PHOTO = features(1)
PAINTINGS = (features(2), features(3, 5, 5))


def targets(*, mixing="statistics", strength=1.0, masks=None, style_masks=(None, None)):
    paintings = [
        Painted({LAYER: each}, mask) for each, mask in zip(PAINTINGS, style_masks, strict=True)
    ]
    return style_targets(
        LAYER,
        Painted({LAYER: PHOTO}, masks),
        paintings,
        [0.25, 0.75],
        mixing=mixing,
        strength=strength,
        prepare=Moments._make,
    )


def assert_same(ours, expected):
    torch.testing.assert_close(ours.mean, expected.mean)
    torch.testing.assert_close(ours.second, expected.second)


def test_statistics_are_mixed_into_one_target():
    (region,) = targets()
    ((weight, target),) = region.targets
    assert (region.share, region.mask, weight) == (1.0, None, 1.0)
    assert_same(target, mix([0.25, 0.75], [moments(each) for each in PAINTINGS]))


def test_losses_are_mixed_of_a_target_each():
    (region,) = targets(mixing="losses")
    assert [weight for weight, _ in region.targets] == [0.25, 0.75]
    for (_, target), painting in zip(region.targets, PAINTINGS, strict=True):
        assert_same(target, moments(painting))


@pytest.mark.parametrize("mixing", ["statistics", "losses"])
def test_strength_0_asks_for_the_photos_own_statistics(mixing):
    (region,) = targets(mixing=mixing, strength=0.0)
    for _, target in region.targets:
        assert_same(target, moments(PHOTO))


def test_half_the_strength_lies_half_way():
    (region,) = targets(strength=0.5)
    (full,) = targets()
    half = mix((0.5, 0.5), (moments(PHOTO), full.targets[0][1]))
    assert_same(region.targets[0][1], half)


def test_a_region_takes_from_the_same_region_of_each_painting():
    style_masks = (halves(12, 16), halves(5, 5))
    regions = targets(masks=halves(24, 32), style_masks=style_masks)
    assert [region.share for region in regions] == [0.25, 0.75]
    for index, region in enumerate(regions):
        torch.testing.assert_close(region.mask, halves(6, 8)[index : index + 1])
        parts = [
            moments(painting, at_grid(mask[index : index + 1], tuple(painting.shape[-2:])))
            for painting, mask in zip(PAINTINGS, style_masks, strict=True)
        ]
        assert_same(region.targets[0][1], mix([0.25, 0.75], parts))


def test_a_painting_without_regions_serves_every_region_whole():
    for region in targets(masks=halves(24, 32)):
        assert_same(region.targets[0][1], mix([0.25, 0.75], [moments(each) for each in PAINTINGS]))
