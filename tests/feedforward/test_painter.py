"""A network of painters layer by layer, beside the network itself."""

import pytest
import torch
import torch.nn.functional as F

from impasto.feedforward import painter as module
from impasto.feedforward.painter import Painter
from impasto.images.resize import resize_masks
from impasto.networks.transformer import Painters, Transformer, shapes


@pytest.fixture
def painters():
    torch.manual_seed(0)
    found = Painters(3, 8)
    torch.nn.init.normal_(found.manners, std=0.5)
    return found.requires_grad_(False)


def picture(h, w, seed=0):
    rng = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, h // 4, w // 4, generator=rng)
    return F.interpolate(coarse, (h, w), mode="bicubic").clamp(0, 1)


def painted(network, manners, image, masks=None):
    *_, (name, found) = Painter(network.transformer, manners, masks).paint(image)
    assert name == "out"
    return found


@pytest.mark.parametrize(("h", "w"), [(8, 8), (64, 80), (100, 36)])
@pytest.mark.parametrize("positions", [2**18, 64, 1])
def test_in_strips_it_is_the_network_itself(painters, monkeypatch, h, w, positions):
    monkeypatch.setattr(module, "POSITIONS", positions)
    image = picture(h, w)
    found = painted(painters, painters.manners[1:2], image)
    expected = painters(image, torch.tensor([[0.0, 1.0, 0.0]]))
    assert (found - expected).abs().max() < 1e-5
    assert found.std() > 0.05


def test_bfloat16_is_near(painters):
    image = picture(64, 80)
    expected = painted(painters, painters.manners[:1], image)
    found = painted(painters.bfloat16(), painters.manners[:1].float(), image)
    assert (found - expected).abs().mean() < 0.02


def test_a_mixture_is_that_of_the_manners(painters):
    image, shares = picture(32, 32), torch.tensor([[0.2, 0.3, 0.5]])
    found = painted(painters, shares @ painters.manners, image)
    assert (found - painters(image, shares)).abs().max() < 1e-5


def test_regions_have_manners_of_their_own(painters, monkeypatch):
    """Against the network with a scale and a shift for every position."""
    image, manners = picture(64, 128), painters.manners[:2]
    masks = torch.zeros(2, 1, 64, 128)
    masks[0, ..., :64], masks[1, ..., 64:] = 1, 1

    def normal(self, name, x, given):
        y = F.instance_norm(self._convolve(name, x), eps=1e-5)
        shares = resize_masks(masks, tuple(y.shape[-2:]))
        scale, shift = ((shares * each[:, :, None, None]).sum(0) for each in given[name])
        return y * (1 + scale) + shift

    found = painted(painters, manners, image, masks)
    monkeypatch.setattr(Transformer, "_normal", normal)
    assert (found - painters.transformer(image.expand(2, -1, -1, -1), manners)).abs().max() < 1e-3


def test_where_no_region_is_nothing_breaks(painters):
    masks = torch.zeros(2, 1, 32, 32)
    masks[0, ..., :8] = masks[1, ..., 24:] = 1
    assert painted(painters, painters.manners[:2], picture(32, 32), masks).isfinite().all()


def test_it_yields_every_layer(painters):
    names = [
        name for name, _ in Painter(painters.transformer, painters.manners[:1]).paint(picture(8, 8))
    ]
    assert names == list(shapes(8))
