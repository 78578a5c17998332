"""A loss over tiles is the loss of the whole picture, and so is its gradient."""

from dataclasses import replace

import pytest
import torch

from impasto.contracts import Style
from impasto.methods.gatys_loss import GatysLoss
from impasto.methods.gatys_settings import STYLE_LAYERS, Gatys
from impasto.networks.encoder import Encoder
from impasto.optimize.canvas import Canvas
from impasto.weights.store import random_weights

SETTINGS = Gatys(style_layers=dict.fromkeys(STYLE_LAYERS, 1.0), tv_weight=5.0, tv="isotropic")


def encoder(settings: Gatys, architecture="vgg16") -> Encoder:
    weights = random_weights(architecture, seed=1, channels=(4, 6, 8, 10, 12), dtype=torch.float64)
    return Encoder(
        *weights,
        pooling=settings.pooling,
        pool_rounding=settings.pool_rounding,
        padding=settings.padding,
        dtype=torch.float64,
    )


def noise(seed, h, w):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng, dtype=torch.float64)


def fading(k, h, w):
    """Soft regions that overlap."""
    across = torch.linspace(0, 1, w, dtype=torch.float64).expand(1, 1, h, w)
    return torch.cat([across, 1 - across, across.flip(2) ** 2])[:k]


@pytest.fixture(autouse=True)
def narrow_strips(monkeypatch):
    """So that small pictures have several too."""
    monkeypatch.setattr("impasto.features.tiles.STRIP", 1000)
    monkeypatch.setattr("impasto.networks.encoder.STRIP", 2**17)


def terms_and_gradient(loss, numbers, *develop):
    numbers = numbers.clone().requires_grad_()
    terms = loss(numbers, *develop)
    (gradient,) = torch.autograd.grad(torch.stack(list(terms.values())).sum(), numbers)
    return terms, gradient


def assert_tiles_change_nothing(settings, *, size=(151, 203), masks=None, styles=None, **options):
    styles = styles or [Style(noise(2, 133, 170))]
    photo, picture = noise(1, *size), noise(3, *size)
    seeing = encoder(settings, **options)
    whole, tiled = (GatysLoss(settings, seeing, photo, styles, masks, tile) for tile in (None, 48))
    assert len(tiled.view.tiles) > 4
    expected, gradient = terms_and_gradient(whole, picture)
    found, other = terms_and_gradient(tiled, picture)
    assert found.keys() == expected.keys()
    for name, term in expected.items():
        torch.testing.assert_close(found[name], term, rtol=1e-10, atol=0)
    torch.testing.assert_close(other, gradient, rtol=0, atol=1e-10 * gradient.abs().max().item())


@pytest.mark.parametrize("size", [(151, 203), (160, 160), (97, 300), (176, 129)])
def test_at_any_size(size):
    assert_tiles_change_nothing(SETTINGS, size=size)


@pytest.mark.parametrize(
    "settings",
    [
        {"pooling": "average"},
        {"pool_rounding": "up"},
        {"padding": "reflect"},
        {"padding": "replicate"},
        {"padding": "replicate-first"},
        {"style_statistic": "wasserstein"},
        {"strength": 0.5, "gram_shift": 1.0},
        {"style_balance": "relative", "gram_divisor": "A"},
        {"style_reduction": "sum", "content_reduction": "sum"},
        {"style_layers": {"conv1_1": 1.0, "relu1_2": 1.0, "pool1": 1.0, "relu2_1": 2.0}},
        {"content_layers": {"relu1_1": 1.0, "conv3_1": 1.0}},
        {"content_weight": 0.0},
        {"style_weight": 0.0},
    ],
    ids=str,
)
def test_whatever_the_network_and_the_loss(settings):
    settings = replace(SETTINGS, **settings)
    assert_tiles_change_nothing(settings, size=(151, 203))


def test_with_vgg19():
    assert_tiles_change_nothing(SETTINGS, size=(200, 300), architecture="vgg19")


@pytest.mark.parametrize("form", ["l1", "l2", "l2-mean", "power", "nine-point", "isotropic"])
def test_total_variation(form, monkeypatch):
    settings = replace(SETTINGS, content_weight=0.0, style_weight=0.0, tv=form)
    photo, picture = noise(1, 31, 90), noise(3, 31, 90)
    loss = GatysLoss(settings, encoder(settings), photo, [Style(photo)])
    found = terms_and_gradient(loss, picture)
    monkeypatch.setattr("impasto.features.tiles.STRIP", 10**6)
    expected = terms_and_gradient(loss, picture)
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("mixing", ["statistics", "losses"])
def test_several_paintings_and_regions(mixing):
    styles = [
        Style(noise(2, 133, 170), 1.0, fading(3, 60, 80)),
        Style(noise(4, 90, 99), 2.0),
    ]
    settings = replace(SETTINGS, style_mixing=mixing)
    assert_tiles_change_nothing(settings, masks=fading(3, 120, 100), styles=styles)


def test_numbers_are_developed_tile_by_tile():
    canvas = Canvas("logits", 1.0)
    photo, seeing = noise(1, 151, 203), encoder(SETTINGS)
    numbers = canvas.parameters(noise(3, 151, 203))
    whole, tiled = (
        GatysLoss(SETTINGS, seeing, photo, [Style(photo)], None, tile) for tile in (None, 48)
    )
    expected = terms_and_gradient(lambda x: whole(canvas.image(x)), numbers)
    found = terms_and_gradient(tiled, numbers, canvas.image)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


def test_a_painting_in_its_own_style_has_no_seams():
    """Content, style and picture are one: nothing is wrong anywhere, so nothing pulls."""
    painting, settings = noise(1, 150, 200), replace(SETTINGS, tv_weight=0.0)
    loss = GatysLoss(settings, encoder(settings), painting, [Style(painting)], None, 48)
    terms, gradient = terms_and_gradient(loss, painting)
    assert max(term.item() for term in terms.values()) < 1e-18
    assert gradient.abs().max() < 1e-12
