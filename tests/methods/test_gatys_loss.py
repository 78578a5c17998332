"""The whole loss: which terms there are, how paintings mix, what masks and strength mean."""

import math
from dataclasses import replace

import pytest
import torch

from impasto.contracts import Style
from impasto.features.statistics import mix, moments
from impasto.methods.gatys_loss import MOST, GatysLoss
from impasto.methods.gatys_settings import Gatys
from impasto.networks.encoder import Encoder
from impasto.weights.store import random_weights

H, W = 32, 40
ENCODER = Encoder(
    *random_weights("vgg16", seed=1, channels=(4, 6, 8, 10, 12), dtype=torch.float64),
    dtype=torch.float64,
)
SETTINGS = Gatys(
    content_weight=2.0,
    content_layers={"relu2_2": 1.0, "relu4_2": 0.5},
    style_weight=3.0,
    style_layers={"relu1_1": 1.0, "relu3_1": 0.5},
    histogram_weight=4.0,
    histogram_layers={"relu2_1": 1.0},
    tv_weight=5.0,
)
STATISTICS = ("gram", "wasserstein")


def noise(seed, h=H, w=W):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng, dtype=torch.float64)


PHOTO, PICTURE, ONE, OTHER = noise(1), noise(2), noise(3), noise(4, 48, 36)
PAINTING = (Style(ONE),)


def loss(styles=PAINTING, *, masks=None, **settings):
    return GatysLoss(replace(SETTINGS, **settings), ENCODER, PHOTO, styles, masks)


def total(terms):
    return torch.stack(list(terms.values())).sum()


def gradient_at(objective, picture, term="style"):
    picture = picture.clone().requires_grad_()
    return torch.autograd.grad(objective(picture)[term], picture)[0]


def halves(h, w):
    masks = torch.zeros(2, 1, h, w, dtype=torch.float64)
    masks[0, ..., : w // 2] = 1
    masks[1, ..., w // 2 :] = 1
    return masks


@pytest.mark.parametrize("term", ["content", "style", "histogram", "tv"])
def test_a_term_counts_as_much_as_its_weight(term):
    once, twice = loss()(PICTURE), loss(**{f"{term}_weight": 20.0})(PICTURE)
    torch.testing.assert_close(twice[term] / 20, once[term] / getattr(SETTINGS, f"{term}_weight"))
    assert once.keys() == {"content", "style", "histogram", "tv"}
    assert loss(**{f"{term}_weight": 0.0})(PICTURE).keys() == once.keys() - {term}


def test_content_is_0_at_the_photo():
    assert loss()(PHOTO)["content"] == 0


def test_style_and_histogram_are_0_at_the_painting():
    terms = loss()(ONE)
    assert terms["style"].item() == pytest.approx(0, abs=1e-12)
    assert terms["histogram"].item() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("mixing", ["statistics", "losses"])
def test_strength_0_is_0_at_the_photo(mixing):
    styles = [Style(ONE), Style(OTHER)]
    terms = loss(styles, strength=0.0, style_mixing=mixing, tv_weight=0.0)(PHOTO)
    assert total(terms).item() == pytest.approx(0, abs=1e-12)


def test_strength_leads_from_the_photo_to_the_painting():
    at_photo = [loss(strength=s)(PHOTO)["style"].item() for s in (0.0, 0.25, 0.5, 1.0)]
    # Gram matrices are linear in the strength, and the loss is their square.
    assert at_photo == pytest.approx([s**2 * at_photo[-1] for s in (0.0, 0.25, 0.5, 1.0)])


@pytest.mark.parametrize("statistic", STATISTICS)
def test_losses_mix_as_their_weights(statistic):
    settings = {"style_mixing": "losses", "style_statistic": statistic}
    both = loss([Style(ONE, 1.0), Style(OTHER, 3.0)], **settings)(PICTURE)["style"]
    each = [loss([Style(image)], **settings)(PICTURE)["style"] for image in (ONE, OTHER)]
    torch.testing.assert_close(both, 0.25 * each[0] + 0.75 * each[1])


def test_mixed_gram_matrices_pull_as_mixed_losses_do():
    """Σ w |G - A_w|² and |G - Σ w A_w|² differ by a constant."""
    styles = [Style(ONE, 1.0), Style(OTHER, 3.0)]
    statistics, losses = loss(styles), loss(styles, style_mixing="losses")
    torch.testing.assert_close(gradient_at(statistics, PICTURE), gradient_at(losses, PICTURE))
    assert statistics(PICTURE)["style"] < losses(PICTURE)["style"]


@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_same_painting_twice_is_the_painting_once(statistic):
    twice = loss([Style(ONE, 0.3), Style(ONE, 0.7)], style_statistic=statistic)(PICTURE)
    for name, term in loss(style_statistic=statistic)(PICTURE).items():
        torch.testing.assert_close(twice[name], term)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_region_pulls_at_nothing_outside(statistic):
    left = halves(H, W)[:1]
    objective = loss(masks=left, style_layers={"relu1_1": 1.0}, style_statistic=statistic)
    gradient = gradient_at(objective, PICTURE)
    reach = W // 2 + 1  # a filter of the first layer sees one pixel to each side
    assert (gradient[..., reach:] == 0).all()
    assert (gradient[..., :reach] != 0).any(dim=(0, 1, 2)).all()


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_region_wants_the_same_region_of_the_painting(statistic):
    """A picture of the painting's halves, each where the mask says, has no style loss."""
    settings = {"style_layers": {"relu1_1": 1.0}, "style_statistic": statistic}
    own = loss([Style(PHOTO, masks=halves(H, W))], masks=halves(H, W), **settings)
    assert own(PHOTO)["style"].item() == pytest.approx(0, abs=1e-6)
    swapped = loss([Style(PHOTO, masks=halves(H, W).flip(0))], masks=halves(H, W), **settings)
    assert swapped(PHOTO)["style"].item() > 1e-3


@pytest.mark.parametrize("statistic", STATISTICS)
def test_one_region_over_everything_is_no_region(statistic):
    everything = torch.ones(1, 1, H, W, dtype=torch.float64)
    masked = loss([Style(ONE, masks=everything)], masks=everything, style_statistic=statistic)
    torch.testing.assert_close(
        masked(PICTURE)["style"], loss(style_statistic=statistic)(PICTURE)["style"]
    )


def test_regions_count_as_much_as_their_area():
    """A Gram matrix of each region by its own loops, times the region's share of the picture."""
    masks = torch.rand(2, 1, H, W, generator=torch.Generator().manual_seed(7), dtype=torch.float64)
    settings = {"style_layers": {"relu1_1": 1.0}, "gram_divisor": "N"}
    ours = loss(masks=masks, **settings)(PICTURE)["style"]
    F, S = (ENCODER(image, ["relu1_1"])["relu1_1"][0].flatten(1) for image in (PICTURE, ONE))
    expected = 0.0
    for mask in masks:
        guide = mask.flatten() / mask.sum()
        G = sum(share * torch.outer(f, f) for share, f in zip(guide, F.T, strict=True))
        A = sum(torch.outer(f, f) for f in S.T) / S.shape[1]
        expected += mask.mean() * (G - A).square().mean()
    torch.testing.assert_close(ours, SETTINGS.style_weight * expected)


def test_a_region_takes_from_the_same_region_of_each_painting():
    """Or from the whole painting where that has none."""
    layer = {"style_layers": {"relu1_1": 1.0}}
    styles = [Style(ONE, 0.25, halves(*ONE.shape[-2:])), Style(OTHER, 0.75)]
    objective = loss(styles, masks=halves(H, W), **layer)
    features = [ENCODER(each.image, ["relu1_1"])["relu1_1"] for each in styles]
    for number, region in enumerate(objective.regions["relu1_1"]):
        ((weight, target),) = region.targets
        half = moments(features[0], halves(*ONE.shape[-2:])[number : number + 1])
        expected = mix([0.25, 0.75], [half, moments(features[1])])
        assert (region.share, weight) == (0.5, 1.0)
        torch.testing.assert_close(target.mean, expected.mean)
        torch.testing.assert_close(target.second, expected.second)


def test_the_histogram_of_a_region_pulls_at_nothing_outside():
    left = halves(H, W)[:1]
    objective = loss(masks=left, histogram_layers={"relu1_1": 1.0})
    gradient = gradient_at(objective, PICTURE, "histogram")
    reach = W // 2 + 1
    assert (gradient[..., reach:] == 0).all()
    assert (gradient[..., :reach] != 0).any(dim=(0, 1, 2)).all()


def test_a_region_wants_the_histogram_of_its_region():
    darker = PHOTO * torch.where(halves(H, W)[:1] > 0, 1.0, 0.3)
    settings = {"masks": halves(H, W), "histogram_layers": {"conv1_1": 1.0}}
    own = loss([Style(darker, masks=halves(H, W))], **settings)
    assert own(darker)["histogram"].item() == pytest.approx(0, abs=1e-6)
    swapped = loss([Style(darker, masks=halves(H, W).flip(0))], **settings)
    assert swapped(darker)["histogram"] > 1e-3


def test_one_region_over_everything_is_no_region_for_histograms():
    everything = torch.ones(1, 1, H, W, dtype=torch.float64)
    masked = loss([Style(ONE, masks=everything)], masks=everything)
    torch.testing.assert_close(masked(PICTURE)["histogram"], loss()(PICTURE)["histogram"])


@pytest.mark.parametrize("term", ["histogram", "tv"])
def test_a_term_can_be_alone(term):
    alone = dict.fromkeys(("content_weight", "style_weight", "histogram_weight", "tv_weight"), 0.0)
    objective = loss(**alone | {f"{term}_weight": 1.0})
    assert objective(PICTURE).keys() == {term}
    assert gradient_at(objective, PICTURE, term).abs().sum() > 0


def test_a_layer_without_weight_is_not_looked_at():
    with_zero = {"relu1_1": 1.0, "relu5_1": 0.0}
    assert loss(style_layers=with_zero).style_layers == {"relu1_1": 1.0}
    assert "content" not in loss(content_layers={"relu4_2": 0.0})(PICTURE)


def blank_energy(image):
    """Return E(0): Σ_l w_l mean A², with A = F Fᵀ / (C N), position by position."""
    features = ENCODER(image, [*SETTINGS.style_layers], input_range=SETTINGS.input_range)
    energy = 0.0
    for name, weight in SETTINGS.style_layers.items():
        F = features[name][0].flatten(1)
        energy += weight * ((F @ F.T / F.numel()) ** 2).mean().item()
    return energy


@pytest.fixture
def typical(monkeypatch):
    """A typical size for a network as small as this one."""
    monkeypatch.setattr("impasto.methods.gatys_loss.TYPICAL", 2.0)
    return 2.0


def test_balance_divides_by_the_size_of_the_painting(typical):
    for painting in (ONE, 0.5 + 0.6 * (ONE - 0.5)):
        styles = (Style(painting),)
        plain, balanced = (
            loss(styles, gram_divisor="CN", style_balance=balance)(PICTURE)
            for balance in ("absolute", "relative")
        )
        factor = math.sqrt(typical / blank_energy(painting))
        assert factor != pytest.approx(1, rel=0.1)
        assert balanced["style"].item() == pytest.approx(factor * plain["style"].item(), rel=1e-6)
        assert balanced["content"] == plain["content"]


def test_balance_looks_at_each_painting_that_is_a_target_of_its_own(typical):
    styles = (Style(ONE, 1.0), Style(OTHER, 3.0))
    options = {"style_mixing": "losses", "gram_divisor": "CN"}
    balanced = loss(styles, style_balance="relative", **options)(PICTURE)["style"].item()
    alone = [loss((style,), **options)(PICTURE)["style"].item() for style in styles]
    factors = [math.sqrt(typical / blank_energy(style.image)) for style in styles]
    expected = 0.25 * factors[0] * alone[0] + 0.75 * factors[1] * alone[1]
    assert balanced == pytest.approx(expected, rel=1e-6)


def test_balance_of_a_painting_without_features_is_bounded(monkeypatch):
    """As a black one may be: nothing to divide by."""
    whole = loss(gram_divisor="CN")(PICTURE)["style"].item()
    monkeypatch.setattr("impasto.methods.gatys_loss.TYPICAL", 1e12)
    balanced = loss(gram_divisor="CN", style_balance="relative")(PICTURE)["style"].item()
    assert balanced == pytest.approx(MOST * whole, rel=1e-6)


def test_balance_is_for_gram_matrices():
    with pytest.raises(ValueError, match="style_statistic wasserstein; expected gram"):
        replace(SETTINGS, style_balance="relative", style_statistic="wasserstein")
