"""The cascade: against the same told by hand, in tiles, with regions, from where it was stopped."""

from functools import partial
from itertools import islice

import pytest
import torch
import torch.nn.functional as F

from impasto.contracts import Style
from impasto.features.affine import adain, sample_of, whiten_color
from impasto.feedforward.cascade import Transfer, cascade
from impasto.feedforward.levels import Autoencoder
from impasto.networks.decoder import Decoder
from impasto.networks.encoder import Encoder
from impasto.weights.store import random_weights

WIDTHS = (6, 8, 8, 10, 10)
JOINS = {"adain": adain, "wct": whiten_color, "wct+I": partial(whiten_color, identity_term=1.0)}


def picture(seed, h=64, w=80):
    rng = torch.Generator().manual_seed(seed)
    coarse = torch.rand(1, 3, h // 8, w // 8, generator=rng)
    fine = torch.rand(1, 3, h, w, generator=rng)
    return (0.8 * F.interpolate(coarse, (h, w), mode="bicubic") + 0.2 * fine).clamp(0, 1)


def autoencoders(numbers, *, unpools=False, dtype=torch.float32):
    weights, metadata = random_weights("vgg16", 1, channels=WIDTHS, dtype=dtype)
    encoder = Encoder(weights, metadata, padding="reflect", dtype=dtype)
    torch.manual_seed(2)
    decoder = Decoder("vgg16", 5, WIDTHS).requires_grad_(False).to(dtype)
    for name in ("alone", "conv1_1"):  # what is drawn lies in gamut, or all would be clamped
        decoder.convolutions[name].weight.mul_(0.15)
        decoder.convolutions[name].bias.fill_(0.5)
    return [Autoencoder(encoder, decoder, number, unpools) for number in numbers]


def transferred(levels, join, content, styles, masks=None, strength=1.0, **options):
    steps = list(cascade(Transfer(levels, join, strength), content, styles, masks, **options))
    return steps[-1].image.clone()


CONTENT, PAINTING, OTHER = picture(0), picture(1, 48, 64), picture(2, 64, 48)


@pytest.mark.parametrize("join", JOINS.values(), ids=JOINS)
@pytest.mark.parametrize("numbers", [(4,), (5, 4, 3, 2, 1), (1, 3)])
def test_it_is_encode_change_decode_at_every_level(join, numbers):
    levels = autoencoders(numbers)
    x = CONTENT
    for level in levels:
        own, wanted = level.encode(x).features, level.encode(PAINTING).features
        changed = join(sample_of(own), sample_of(wanted))(own)
        x = level.decode(level.encode(x)._replace(features=changed))
    found = transferred(levels, join, CONTENT, [Style(PAINTING)])
    assert (found - x.clamp(0, 1)).abs().max() < 1e-4
    assert found.std() > 0.01  # something was drawn


@pytest.mark.parametrize("unpools", [False, True])
@pytest.mark.parametrize("join", JOINS.values(), ids=JOINS)
def test_tiles_leave_no_seam(join, unpools):
    content = picture(3, 320, 272)
    # in float32 two maxima may be so close that a tile takes the other one
    levels = autoencoders((3, 2, 1), unpools=unpools, dtype=torch.float64)
    masks = torch.zeros(2, 1, 320, 272)
    masks[0, ..., :150], masks[1, ..., 130:] = 1, 1
    for regions in (None, masks):
        whole = transferred(levels, join, content, [Style(PAINTING)], regions)
        tiled = transferred(levels, join, content, [Style(PAINTING)], regions, side=112)
        assert (whole - tiled).abs().max() < 1e-4


def test_a_style_that_is_the_content_gives_what_the_decoder_gives_back():
    for number in (1, 2, 3, 4):
        (level,) = levels = autoencoders((number,))
        given_back = level.decode(level.encode(CONTENT)).clamp(0, 1)
        found = transferred(levels, whiten_color, CONTENT, [Style(CONTENT)])
        assert (found - given_back).abs().max() < 1e-3


def test_a_strength_of_0_gives_back_and_one_between_mixes_features():
    levels = autoencoders((3,))
    style = [Style(PAINTING)]
    none, half, whole = (
        transferred(levels, adain, CONTENT, style, strength=s) for s in (0, 0.5, 1)
    )
    (level,) = levels
    assert (none - level.decode(level.encode(CONTENT)).clamp(0, 1)).abs().max() < 1e-5
    assert (none - half).abs().mean() < (none - whole).abs().mean()
    own = level.encode(CONTENT).features
    changed = adain(sample_of(own), sample_of(level.encode(PAINTING).features))(own)
    expected = level.decode(level.encode(CONTENT)._replace(features=(own + changed) / 2))
    assert (half - expected.clamp(0, 1)).abs().max() < 1e-4


def test_styles_are_mixed_by_their_weights():
    levels = autoencoders((3,))

    def made(*weights):
        styles = [Style(PAINTING, weights[0]), Style(OTHER, weights[1])]
        return transferred(levels, adain, CONTENT, styles)

    only = transferred(levels, adain, CONTENT, [Style(PAINTING)])
    assert torch.allclose(made(1, 0), only, atol=1e-5)
    assert torch.allclose(made(1, 3), made(2, 6), atol=1e-6)
    assert (made(1, 3) - only).abs().mean() > (made(3, 1) - only).abs().mean() > 1e-4


def test_each_region_gets_its_own_of_the_painting():
    levels = autoencoders((1,))
    left = torch.zeros(1, 1, 64, 80)
    left[..., :40] = 1
    masks = torch.cat([left, 1 - left])
    parts = torch.zeros(2, 1, 48, 64)
    parts[0, :, :24], parts[1, :, 24:] = 1, 1
    both = transferred(levels, adain, CONTENT, [Style(PAINTING, masks=parts)], masks)
    for number, half in ((0, CONTENT[..., :40]), (1, CONTENT[..., 40:])):
        part = PAINTING[..., 24 * number : 24 * number + 24, :]
        alone = transferred(levels, adain, half, [Style(part)])
        columns = slice(40 * number + 4, 40 * number + 36)  # away from borders and the seam
        inner = (both[..., columns] - alone[..., 4:36]).abs()
        assert inner.mean() < 0.02, number


def test_what_is_in_no_region_is_only_given_back():
    levels = autoencoders((2,))
    mask = torch.zeros(1, 1, 64, 80)
    mask[..., 56:] = 1
    found = transferred(levels, whiten_color, CONTENT, [Style(PAINTING)], mask)
    (level,) = levels
    given_back = level.decode(level.encode(CONTENT)).clamp(0, 1)
    assert (found - given_back)[..., :32].abs().max() < 1e-4
    assert (found - given_back)[..., 64:].abs().mean() > 1e-2


@pytest.mark.parametrize("side", [None, 96])
@pytest.mark.parametrize("after", [1, 2, 4])
def test_it_goes_on_bit_for_bit(side, after):
    content = picture(4, 128, 160)
    transfer = Transfer(autoencoders((3, 2, 1, 2, 1)), adain)
    whole = list(cascade(transfer, content, [Style(PAINTING)], side=side))
    cut = list(islice(cascade(transfer, content, [Style(PAINTING)], side=side), after))[-1]
    state = {name: each.clone() for name, each in cut.state().items()}
    rest = list(cascade(transfer, content, [Style(PAINTING)], resume=state))
    assert [step.index for step in rest] == list(range(after + 1, len(whole) + 1))
    assert torch.equal(rest[-1].image, whole[-1].image)


def test_sides_that_no_stride_divides_lose_nothing():
    content = picture(5, 67, 93)[..., :61, :91]
    found = transferred(autoencoders((4, 1)), adain, content, [Style(PAINTING)])
    assert found.shape == content.shape
