"""Masks: which region of the content takes its style from which region of the painting.

Regions are painted in one of three ways. A *label image* has up to 16 flat colors, and regions of
the same color belong together. A *soft mask* is gray: white is one region, black the other, and
every gray is a mixture. *Several soft masks* are one for each region: white is in it, black is not;
where they overlap they share, and what none of them covers is in no region. Transparent parts count
as black. Masks add up to one at every pixel, or to less.
"""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image, Masks
from impasto.images.labels import NOISE, Palette, find_palette, match_palettes, snap
from impasto.images.picture import ImageError, Picture
from impasto.images.read import as_picture
from impasto.images.resize import resize_masks, same_proportions, size_of
from impasto.wording import count

# Each picture has a size of its own, so these say less than Image and Masks do.
AnyImage = Float[Tensor, "1 3 _ _"]
AnyMasks = Float[Tensor, "k 1 _ _"]

_LEAST_SHARE = 0.001  # of a region: a style region without pixels has no style to give


def read_regions(
    content_source: object,
    style_sources: Sequence[object],
    *,
    content_size: tuple[int, int],
    style_sizes: Sequence[tuple[int, int]],
) -> tuple[AnyMasks, list[AnyMasks]]:
    """Read the mask of the content and those of its styles, at the sizes (h, w) of their images.

    Sources are what `mask_pictures` takes. Region i of the content belongs to region i of each
    style.

    Raises:
        ImageError: a mask can't be read, is neither a label image nor gray, lacks a color that
            another one has, or has other proportions than its image; or there are not as many for
            each picture.
    """
    sizes = [content_size, *style_sizes]
    groups = [mask_pictures(content_source, "the content's mask")]
    for number, source in enumerate(style_sources, start=1):
        groups.append(mask_pictures(source, f"the mask of style {number}"))
    for pictures, size in zip(groups, sizes, strict=True):
        for picture in pictures:
            _check_proportions(picture, size)
        if len(pictures) != len(groups[0]):
            raise ImageError(
                f"{count(len(groups[0]), 'mask')} for the content and {len(pictures)} for a style; "
                "expected one for each region in every picture"
            )
    if len(groups[0]) > 1:
        found = [_several(pictures, size) for pictures, size in zip(groups, sizes, strict=True)]
    else:
        found = _partitions([pictures[0] for pictures in groups])
    content, *styles = [resize_masks(m, size) for m, size in zip(found, sizes, strict=True)]
    return content, styles


def mask_pictures(source: object, name: str = "") -> list[Picture]:
    """Return the pictures that say where regions are: a single one, or one for each region.

    A source is what `as_picture` takes, a list or a tuple of such, or k > 1 soft masks as a tensor
    or an array of shape (k, 1, h, w).

    Raises:
        ImageError: one can't be read, or there is none.
    """
    if isinstance(source, list | tuple):
        if not source:
            raise ImageError("an empty list of masks was given; expected one for each region")
        return [as_picture(each, name) for each in source]
    if isinstance(source, np.ndarray | Tensor) and source.ndim == 4:
        k, channels = source.shape[:2]
        if k > 1 and channels == 1:
            return [as_picture(plane[0], name) for plane in source]
    return [as_picture(source, name)]


def label_regions(
    content_label: AnyImage, style_labels: Sequence[AnyImage], names: Sequence[str] | None = None
) -> tuple[AnyMasks, list[AnyMasks]]:
    """Turn label images into regions, one for each color, the content's largest first.

    `names` are what messages call the content's label image and those of the styles.

    Raises:
        ImageError: one isn't a label image, has a single color, or lacks a color of another.
    """
    if names is None:
        numbers = range(1, len(style_labels) + 1)
        names = ["the content's mask", *(f"the mask of style {number}" for number in numbers)]
    palette = _require_palette(content_label, names[0])
    styles = [
        _regions(label, _same_colors(palette, _require_palette(label, name), names[0], name))
        for label, name in zip(style_labels, names[1:], strict=True)
    ]
    return _regions(content_label, palette), styles


def soft_regions(mask: Float[Tensor, "1 1 h w"]) -> Masks:
    """Return two regions: what is white in a gray mask, and what is black."""
    return torch.cat([mask, 1 - mask])


def _partitions(pictures: Sequence[Picture]) -> list[AnyMasks]:
    """Return the regions of label images, or the two regions of soft masks."""
    painted = [_over_black(picture) for picture in pictures]
    names = [picture.name for picture in pictures]
    if not all(_is_soft(image) for image in painted):
        content, styles = label_regions(painted[0], painted[1:], names)
        return [content, *styles]
    regions = [soft_regions(image.mean(1, keepdim=True)) for image in painted]
    for masks, name in zip(regions, names, strict=True):
        _check_shares(masks, (f"{name} has nothing white", f"{name} has nothing black"))
    return regions


def _several(pictures: Sequence[Picture], size: tuple[int, int]) -> Masks:
    """Return a region for each soft mask; where they overlap they share."""
    planes: list[Tensor] = []
    for picture in pictures:
        image = _over_black(picture)
        if not _is_gray(image):
            raise ImageError(
                f"{picture.name} is one of several masks and has colors; expected gray ones, one "
                "for each region, or a single label image"
            )
        planes.append(resize_masks(image.mean(1, keepdim=True), size))
    masks = torch.cat(planes)
    _check_shares(masks, [f"{picture.name} has nothing white" for picture in pictures])
    return masks / masks.sum(0, keepdim=True).clamp(min=1)


def _over_black(picture: Picture) -> Image:
    """Lay a mask over black: where nothing was painted, there is nothing."""
    if picture.alpha is None:
        return picture.image
    return (picture.image - (1 - picture.alpha)).clamp(0, 1)


def _check_proportions(picture: Picture, size: tuple[int, int]) -> None:
    (h, w), (image_h, image_w) = size_of(picture.image), size
    if not same_proportions((h, w), size):
        raise ImageError(
            f"the mask {picture.name} is {w} x {h} pixels and its image {image_w} x {image_h}; "
            "expected the same proportions; crop or paint it over the image"
        )


def _is_soft(image: Image) -> bool:
    """Tell a gray mask from a label image, which has color or at least three flat grays."""
    if not _is_gray(image):
        return False
    palette = find_palette(image)
    return palette is None or len(palette) <= 2


def _is_gray(image: Image) -> bool:
    return float((image.amax(1) - image.amin(1)).max()) * 255 <= NOISE


def _check_shares(masks: Masks, wrong: Sequence[str]) -> None:
    """Refuse a region that is nowhere; `wrong` says for each what is wrong then."""
    for share, words in zip(masks.mean(dim=(1, 2, 3)), wrong, strict=True):
        if share < _LEAST_SHARE:
            raise ImageError(
                f"{words}; expected a mask with white and black parts; paint the region that is "
                "missing"
            )


def _require_palette(image: Image, name: str) -> Palette:
    palette = find_palette(image)
    if palette is None:
        raise ImageError(
            f"{name} is neither a label image nor a gray mask like the others; expected up to 16 "
            "flat colors, or white on black; paint it with a hard brush and save it as PNG"
        )
    if len(palette) == 1:
        raise ImageError(f"{name} has one color only; expected at least two; paint a second region")
    return palette


def _same_colors(palette: Palette, other: Palette, name: str, other_name: str) -> Palette:
    """Return `other` in the order of `palette`."""
    order, missing, unknown = match_palettes(palette, other)
    if missing:
        raise _lacking(palette[missing[0]], name, other_name)
    if unknown:
        raise _lacking(other[unknown[0]], other_name, name)
    return other[order]


def _lacking(color: Float[Tensor, "3"], has: str, lacks: str) -> ImageError:
    name = "#" + "".join(f"{round(float(channel)):02x}" for channel in color)
    return ImageError(
        f"the color {name} is painted in {has} but not in {lacks}; expected the same colors in "
        "both; paint it in both or in none"
    )


def _regions(label: Image, palette: Palette) -> Masks:
    labels = snap(label, palette)
    return torch.stack([labels == place for place in range(len(palette))])[:, None].float()
