"""Whose colors the result has."""

from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from impasto.choices import ColorMode
from impasto.images.color import luma_601, srgb_to_yiq
from impasto.images.color_transfer import (
    finish,
    match_histogram,
    match_mean_covariance,
    match_mean_deviation,
    prepare_content,
    prepare_style,
    with_chroma,
)

MODES = get_args(ColorMode)


def noise(seed, h=20, w=24, low=0.0, high=1.0):
    generator = torch.Generator().manual_seed(seed)
    return low + (high - low) * torch.rand(1, 3, h, w, generator=generator)


def colored(seed, h=20, w=24):
    """Colors that hang together, far from the borders of [0, 1]."""
    mixing = torch.tensor([[0.10, 0.05, 0.0], [0.08, -0.04, 0.03], [0.02, 0.06, -0.05]])
    values = noise(seed, h, w, -1, 1)
    return 0.5 + torch.einsum("rc,nchw->nrhw", mixing, values)


def statistics(image):
    colors = image[0].flatten(1).double().numpy()
    return colors.mean(1), np.cov(colors, bias=True)


def test_mean_and_covariance_become_the_contents():
    content, style = colored(0), colored(1, 30, 18).flip(1) * 0.8 + 0.1
    matched = match_mean_covariance(style, content)
    assert matched.shape == style.shape
    for got, wanted in zip(statistics(matched), statistics(content), strict=True):
        assert np.allclose(got, wanted, atol=1e-5)


def test_the_matrix_is_that_of_image_analogies():
    """Against a formula of its own: x' = Sc^1/2 Ss^-1/2 (x - ms) + mc, with SciPy's square root."""
    from scipy.linalg import inv, sqrtm

    content, style = colored(2), colored(3, 15, 15).roll(1, 1)
    (mc, sc), (ms, ss) = statistics(content), statistics(style)
    colors = style[0].flatten(1).double().numpy()
    expected = sqrtm(sc) @ inv(sqrtm(ss)) @ (colors - ms[:, None]) + mc[:, None]
    matched = match_mean_covariance(style, content)[0].flatten(1).double().numpy()
    assert np.allclose(matched, expected, atol=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_the_same_colors_stay(mode):
    image = colored(4)
    if mode == "luminance":
        image = luma_601(image).expand(1, 3, -1, -1)
    assert torch.allclose(prepare_style(mode, image, image), image, atol=1e-5)


GREY = torch.linspace(0.1, 0.9, 480).reshape(1, 1, 20, 24).expand(1, 3, 20, 24)
PLAIN = torch.full((1, 3, 8, 9), 0.3)
TWO_COLORS = torch.tensor([0.2, 0.9]).repeat(60).reshape(1, 1, 10, 12).expand(1, 3, 10, 12).clone()
TWO_COLORS[:, 1] = 0.5


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("content", [GREY, PLAIN, TWO_COLORS, colored(0)])
@pytest.mark.parametrize("style", [GREY, PLAIN, TWO_COLORS, colored(1), torch.ones(1, 3, 1, 1)])
def test_singular_covariances_stay_finite_and_in_range(mode, content, style):
    recolored = prepare_style(mode, content, style)
    assert recolored.shape == style.shape and recolored.dtype == torch.float32
    assert recolored.isfinite().all() and recolored.min() >= 0 and recolored.max() <= 1
    if mode != "as-is" and style is PLAIN:
        assert torch.allclose(recolored, recolored[..., :1, :1])


def test_a_grey_painting_is_spread_along_the_photos_colors():
    matched = match_mean_covariance(GREY, colored(0))
    assert np.allclose(statistics(matched)[0], statistics(colored(0))[0], atol=1e-5)
    colors = matched[0].flatten(1)
    assert torch.linalg.matrix_rank(colors - colors.mean(1, keepdim=True), rtol=1e-4) == 1


def test_luminance_is_matched_in_mean_and_deviation():
    """Gatys et al. 2016, luminance-only transfer."""
    content, style = colored(5), colored(6, 11, 31) * 0.6
    recolored = prepare_style("luminance", content, style)
    assert torch.equal(recolored[:, 0], recolored[:, 2])
    luma, wanted = recolored[:, :1], luma_601(content)
    assert torch.allclose(luma.mean(), wanted.mean(), atol=1e-5)
    assert torch.allclose(luma.std(), wanted.std(), rtol=0.01)
    ratio = wanted.std(correction=0) / luma_601(style).std(correction=0)
    expected = ratio * (luma_601(style) - luma_601(style).mean()) + wanted.mean()
    assert torch.allclose(match_mean_deviation(luma_601(style), wanted), expected, atol=1e-6)


def test_strokes_do_not_burn_out():
    """A dark painting with a bright photo: by the formula alone a fifth of it would be white."""
    generator = torch.Generator().manual_seed(5)
    painting = (0.3 + 0.1 * torch.randn(1, 1, 40, 40, generator=generator)).clamp(0, 1)
    photo = torch.cat([torch.full((1, 1, 30, 40), 0.95), torch.zeros(1, 1, 10, 40)], dim=2)
    matched = match_mean_deviation(painting, photo)
    plain = photo.std() / painting.std() * (painting - painting.mean()) + photo.mean()
    assert (plain > 1).float().mean() > 0.2
    assert 0.005 < (matched == 1).float().mean() < 0.015
    assert matched.mean() == pytest.approx(photo.mean().item(), abs=0.01)


def test_the_run_sees_a_grey_photo_only_in_the_mode_luminance():
    content = colored(7)
    for mode in MODES:
        seen = prepare_content(mode, content)
        if mode == "luminance":
            assert torch.allclose(seen, luma_601(content).expand(1, 3, -1, -1))
        else:
            assert seen is content


# Histograms


def in_16_bits(image):
    return (image * 65535).round() / 65535


def without_ties(seed):
    order = torch.randperm(65536, generator=torch.Generator().manual_seed(seed))
    return order[: noise(seed).numel()].view_as(noise(seed)) / 65535


def test_histogram_of_the_same_size_is_sorting():
    content, style = without_ties(8), without_ties(9)
    matched = match_histogram(style, content)
    for channel in range(3):
        got, wanted = matched[0, channel].flatten(), content[0, channel].flatten()
        assert torch.allclose(got.sort().values, wanted.sort().values, atol=1e-6)
        assert torch.equal(got.argsort(), style[0, channel].flatten().argsort())


def test_histogram_of_another_size_is_the_distribution():
    content, style = noise(10, 64, 64) ** 2, noise(11, 30, 50)
    matched = match_histogram(style, content)
    levels = torch.linspace(0.05, 0.95, 10)
    assert torch.allclose(
        matched[0, 1].flatten().quantile(levels),
        content[0, 1].flatten().quantile(levels),
        atol=0.01,
    )


def test_values_between_levels_count_as_the_nearest():
    content, style = noise(8), noise(9)
    matched = match_histogram(style, content)
    between = match_histogram(in_16_bits(style), in_16_bits(content))
    assert torch.equal(matched, between) and not torch.equal(style, in_16_bits(style))
    far = match_histogram(style + 5, content - 5)  # an image isn't out of range; if it is, clamped
    assert torch.equal(far, torch.zeros_like(style))


def test_ties_stay_together_and_plain_images_become_the_median():
    content = in_16_bits(noise(12, 31, 31))
    matched = match_histogram(TWO_COLORS, content)
    assert len(matched[0, 0].unique()) == 2 and len(matched[0, 1].unique()) == 1
    medians = content[0].flatten(1).median(dim=1).values
    assert torch.allclose(match_histogram(PLAIN, content)[0, :, 0, 0], medians, atol=1e-6)
    quarters = content[0, 0].flatten().quantile(torch.tensor([0.25, 0.75]))
    assert torch.allclose(matched[0, 0].unique(), quarters, atol=0.01)


@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.integers(2, 9))
@settings(max_examples=25, deadline=None)
def test_histogram_matching_never_swaps_an_order(seed, h, w):
    style = (noise(seed, h, w) * 4).round() / 4
    matched = match_histogram(style, noise(seed + 1, w, h))
    before, after = style[0, 0].flatten(), matched[0, 0].flatten()
    order = before.argsort(stable=True)
    assert (after[order].diff() >= 0).all()
    assert torch.equal(before[:, None] == before[None], after[:, None] == after[None])


# After the run


def test_a_mask_says_how_much_a_pixel_counts():
    """In the image and in the reference: with halves it is matching the halves."""
    image, reference = noise(0), noise(1, 30, 18, 0.2, 0.9)
    own, theirs = torch.zeros(1, 1, 20, 24), torch.zeros(1, 1, 30, 18)
    own[..., :12], theirs[..., 9:] = 1, 1
    matched = match_histogram(image, reference, own, theirs)
    expected = match_histogram(image[..., :12], reference[..., 9:])
    assert torch.allclose(matched[..., :12], expected, atol=1e-6)
    ones = match_histogram(image, reference, torch.ones_like(own), torch.ones_like(theirs))
    assert torch.allclose(ones, match_histogram(image, reference), atol=1e-6)
    # One pixel with the weight of three is three pixels.
    row = torch.tensor([0.1, 0.5, 0.9]).expand(1, 3, 1, 3)
    tripled = torch.tensor([0.1, 0.1, 0.1, 0.5, 0.9]).expand(1, 3, 1, 5)
    weights = torch.tensor([3.0, 1.0, 1.0]).view(1, 1, 1, 3)
    weighted = match_histogram(row, reference, weights)
    assert torch.allclose(weighted[..., 0], match_histogram(tripled, reference)[..., 0])


def test_only_luminance_changes_the_result():
    content, result = colored(0), noise(1)
    for mode in ("as-is", "mean-covariance", "histogram"):
        assert finish(mode, content, result) is result


def test_the_contents_chroma_lies_under_the_results_luma():
    content, result = colored(0), colored(2)
    yiq = srgb_to_yiq(finish("luminance", content, result))
    assert torch.allclose(yiq[:, :1], luma_601(result), atol=1e-6)
    assert torch.allclose(yiq[:, 1:], srgb_to_yiq(content)[:, 1:], atol=1e-6)


def test_a_content_of_another_size_is_brought_to_the_result():
    content = torch.tensor([0.7, 0.3, 0.4]).reshape(1, 3, 1, 1).expand(1, 3, 40, 50)
    finished = finish("luminance", content, torch.full((1, 3, 20, 25), 0.5))
    assert finished.shape == (1, 3, 20, 25)
    assert torch.allclose(finished, finished[..., :1, :1], atol=1e-6)


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_what_srgb_lacks_becomes_paler_and_nothing_else(seed):
    luma, image = noise(seed)[:, :1], noise(seed + 1).round()
    laid = with_chroma(luma, image)
    assert laid.min() >= 0 and laid.max() <= 1
    assert torch.allclose(luma_601(laid), luma, atol=1e-5)
    wanted, got = srgb_to_yiq(image)[:, 1:], srgb_to_yiq(laid)[:, 1:]
    cross = wanted[:, 0] * got[:, 1] - wanted[:, 1] * got[:, 0]
    assert cross.abs().max() < 1e-5  # the same hue
    assert ((wanted * got).sum(1) >= -1e-6).all()


def test_black_and_white_take_no_chroma():
    red = torch.tensor([1.0, 0, 0]).reshape(1, 3, 1, 1)
    for value in (0.0, 1.0):
        assert torch.equal(
            with_chroma(torch.full((1, 1, 1, 1), value), red).unique(), torch.tensor([value])
        )


@pytest.mark.parametrize("mode", MODES)
def test_inputs_are_not_modified(mode):
    content, style = noise(0), noise(1)
    kept = content.clone(), style.clone()
    finish(mode, content, prepare_style(mode, prepare_content(mode, content), style))
    assert torch.equal(content, kept[0]) and torch.equal(style, kept[1])
