"""The picture that an optimization begins with."""

import torch
from torch import Tensor

from impasto.contracts import Image, Inputs, Masks, Style
from impasto.images.color_transfer import match_histogram
from impasto.images.resize import resize, resize_masks, size_of
from impasto.methods.gatys_settings import Gatys
from impasto.optimize.canvas import noise_image


def start_picture(
    settings: Gatys, inputs: Inputs, size: tuple[int, int], rng: torch.Generator
) -> Tensor:
    """Return the picture (1, 3, h, w) to begin with; noise may leave [0, 1]."""
    base = inputs.init
    if base is None and settings.init in ("content", "recolored"):
        base = inputs.content
    elif base is None and settings.init == "style":
        base = inputs.styles[0].image
    share = 1.0 if base is None else settings.init_noise
    picture = torch.zeros(()) if base is None else resize(base, size)
    if settings.init == "recolored" and inputs.init is None:
        picture = recolor(picture, inputs, settings.strength)
    if share:
        noise = noise_image(size, kind=settings.noise, spread=settings.noise_spread, rng=rng)
        picture = (1 - share) * picture + share * noise.to(inputs.content)
    return picture


def recolor(photo: Image, inputs: Inputs, strength: float) -> Image:
    """Give each color channel of the photo the histogram of the paintings, region by region.

    A Gram matrix asks for the painting's colors but not where: an optimizer that has to bring them
    about itself leaves rainbow patches in a flat sky. A histogram and not mean and covariance,
    which would burn out what is bright.
    """
    masks = None if inputs.masks is None else resize_masks(inputs.masks, size_of(photo))
    total = sum(style.weight for style in inputs.styles)
    recolored = photo * (1 - strength)
    for style in inputs.styles:
        share = strength * style.weight / total
        recolored = recolored + share * _in_colors_of(style, photo, masks)
    return recolored


def _in_colors_of(style: Style, photo: Image, masks: Masks | None) -> Image:
    """Recolor each region as the painting's, blended by the masks; elsewhere the photo stays."""
    if masks is None:
        return match_histogram(photo, style.image)
    masks = masks / masks.sum(0, keepdim=True).clamp(min=1)  # where they overlap, they share
    theirs = None if style.masks is None else resize_masks(style.masks, size_of(style.image))
    blended = (1 - masks.sum(0, keepdim=True)) * photo
    for index in range(len(masks)):
        mask, other = masks[index : index + 1], None if theirs is None else theirs[index][None]
        blended = blended + mask * match_histogram(photo, style.image, mask, other)
    return blended.clamp(0, 1)
