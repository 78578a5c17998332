"""The method of networks that have learned their paintings."""

from dataclasses import replace

import pytest
import torch

from impasto.contracts import Inputs
from impasto.errors import ImpastoError
from impasto.feedforward.painters import load_painters
from impasto.images.resize import resize
from impasto.methods.johnson_settings import Johnson

SMALL = Johnson(size=64, network="random", precision="float32")


def picture(seed, h=48, w=64):
    return torch.rand(1, 3, h, w, generator=torch.Generator().manual_seed(seed))


INPUTS = Inputs(picture(0), ())


def made(settings, inputs=INPUTS):
    *_, last = settings.run(inputs, rng=torch.Generator())
    return last.image


def test_the_first_painting_is_meant_if_none_is_named():
    assert torch.equal(made(SMALL), made(replace(SMALL, paintings=("one",))))
    assert not torch.equal(made(SMALL), made(replace(SMALL, paintings=("other",))))


def test_shares_mix_manners():
    both = replace(SMALL, paintings=("one", "other"))
    assert torch.equal(made(replace(both, shares=(1.0, 0.0))), made(SMALL))
    assert torch.equal(made(replace(both, shares=(1.0, 3.0))), made(replace(both, shares=(2, 6))))
    assert torch.equal(made(both), made(replace(both, shares=(0.5, 0.5))))
    trained = load_painters("random", torch.float32, torch.device("cpu"))
    network, manners = trained.network, trained.chosen(["one", "other"])
    expected = network(INPUTS.content, torch.tensor([[0.25, 0.75]]) @ manners)
    assert (made(replace(both, shares=(1.0, 3.0))) - expected).abs().max() < 1e-5


def test_strength_lets_the_photo_through():
    whole, half = made(SMALL), made(replace(SMALL, strength=0.5))
    assert torch.allclose(made(replace(SMALL, strength=0.0)), INPUTS.content)
    assert torch.allclose(half, (whole + INPUTS.content) / 2, atol=1e-6)


def test_what_lies_in_no_region_stays_the_photo():
    masks = torch.zeros(1, 1, 48, 64)
    masks[..., :32] = 1
    found = made(SMALL, replace(INPUTS, masks=masks))
    assert torch.equal(found[..., 32:], INPUTS.content[..., 32:])
    assert (found[..., :32] - INPUTS.content[..., :32]).abs().mean() > 0.05


def test_sides_that_the_stride_does_not_divide():
    photo = picture(1, 45, 63)
    found = made(SMALL, Inputs(photo, ()))
    assert found.shape == (1, 3, 46, 64) == (1, 3, *SMALL.plan(Inputs(photo, ()))[0].size)
    assert found.shape == resize(photo, (46, 64)).shape


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"paintings": ("sunflowers",)}, "hasn't learned 'sunflowers'; expected one of one, other"),
        ({"paintings": ("one", "other"), "shares": (1.0, 2.0, 3.0)}, "3 shares for 2 paintings"),
        ({"paintings": ("one", "other"), "shares": (0.0, 0.0)}, "all shares are 0"),
        ({"network": "nobody"}, "there is no trained network 'nobody'"),
        ({"size": 33}, "the result would be 33 x 25 pixels; expected 32 x 32 at least"),
    ],
)
def test_what_cannot_be_is_said(settings, message):
    with pytest.raises(ImpastoError, match=message):
        made(replace(SMALL, **settings))


def test_there_is_a_painting_for_every_region_or_one_for_all():
    masks = torch.zeros(3, 1, 48, 64)
    for number in range(3):
        masks[number, ..., 20 * number : 20 * number + 20] = 1
    with pytest.raises(ImpastoError, match="3 regions for 2 paintings"):
        made(replace(SMALL, paintings=("one", "other")), replace(INPUTS, masks=masks))
    assert made(SMALL, replace(INPUTS, masks=masks)).isfinite().all()
