"""What an optimization begins with, region by region."""

from dataclasses import replace

import pytest
import torch

from impasto.contracts import Image, Inputs, Style
from impasto.images.color_transfer import match_histogram
from impasto.methods.gatys_settings import Gatys
from impasto.methods.gatys_start import recolor, start_picture

SIZE = (40, 56)


def halves(h: int, w: int) -> torch.Tensor:
    masks = torch.zeros(2, 1, h, w)
    masks[0, ..., : w // 2] = 1
    masks[1, ..., w // 2 :] = 1
    return masks


@pytest.fixture
def guided(photo: Image, painting: Image) -> Inputs:
    """A painting that is dark on the left and light on the right."""
    h, w = painting.shape[-2:]
    shade = torch.linspace(0, 0.6, w).expand(1, 3, h, w)
    style = Style((0.4 * painting + shade).clamp(0, 1), masks=halves(h, w))
    return Inputs(photo, (style,), masks=halves(*SIZE))


def begin(settings: Gatys, inputs: Inputs) -> torch.Tensor:
    return start_picture(settings, inputs, SIZE, torch.Generator().manual_seed(0))


def test_a_region_takes_the_colors_of_its_region(guided: Inputs):
    start, style = begin(Gatys(init="recolored"), guided), guided.styles[0].image
    w = style.shape[-1]
    left = match_histogram(guided.content[..., :28], style[..., : w // 2])
    right = match_histogram(guided.content[..., 28:], style[..., w // 2 :])
    torch.testing.assert_close(start, torch.cat([left, right], dim=-1))
    plain = begin(Gatys(init="recolored"), replace(guided, masks=None))
    assert (start - plain).abs().mean() > 0.05


def test_swapped_regions_swap_the_colors(guided: Inputs):
    style = guided.styles[0]
    assert style.masks is not None
    swapped = replace(guided, styles=(replace(style, masks=style.masks.flip(0)),))
    start, other = (begin(Gatys(init="recolored"), each) for each in (guided, swapped))
    assert start[..., :28].mean() + 0.1 < start[..., 28:].mean()
    assert other[..., :28].mean() > other[..., 28:].mean() + 0.1


def test_soft_borders_blend(guided: Inputs):
    soft = torch.linspace(0, 1, SIZE[1]).expand(1, 1, *SIZE)
    style = guided.styles[0].image
    blended = recolor(guided.content, replace(guided, masks=torch.cat([1 - soft, soft])), 1.0)
    assert guided.styles[0].masks is not None
    ends = [
        match_histogram(guided.content, style, mask, guided.styles[0].masks[index][None])
        for index, mask in enumerate((1 - soft, soft))
    ]
    torch.testing.assert_close(blended, (1 - soft) * ends[0] + soft * ends[1])


def test_what_no_mask_covers_keeps_the_photos_colors(guided: Inputs):
    style = guided.styles[0]
    assert guided.masks is not None and style.masks is not None
    given = replace(guided, masks=guided.masks[:1], styles=(replace(style, masks=style.masks[:1]),))
    start = begin(Gatys(init="recolored"), given)
    assert torch.equal(start[..., 28:], guided.content[..., 28:])
    assert not torch.allclose(start[..., :28], guided.content[..., :28], atol=0.05)


def test_a_painting_without_masks_gives_all_of_its_colors_to_each_region(guided: Inputs):
    whole = replace(guided, styles=(replace(guided.styles[0], masks=None),))
    start, style = begin(Gatys(init="recolored"), whole), guided.styles[0].image
    torch.testing.assert_close(
        start[..., :28], match_histogram(guided.content[..., :28], style), atol=1e-5, rtol=0
    )


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_strength_leads_from_the_photo(guided: Inputs, strength: float):
    start = begin(Gatys(init="recolored", strength=strength), guided)
    full = begin(Gatys(init="recolored"), guided)
    torch.testing.assert_close(start, (1 - strength) * guided.content + strength * full)


def test_a_first_picture_is_taken_as_it_is(guided: Inputs):
    first = guided.content.flip(-1)
    assert torch.equal(begin(Gatys(init="recolored"), replace(guided, init=first)), first)
    assert torch.equal(begin(Gatys(init="noise"), replace(guided, init=first)), first)
