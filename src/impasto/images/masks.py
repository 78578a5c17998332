"""Masks: which region of the content takes its style from which region of the painting.

Two kinds of picture are accepted. A *label image* has up to 16 flat colors, and regions of the same
color belong together. A *soft mask* is grey: white is one region, black the other, and every grey
is a mixture. Transparent parts count as black. Masks add up to one at every pixel.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from impasto.contracts import Image, Masks
from impasto.images.labels import NOISE, Palette, find_palette, match_palettes, snap
from impasto.images.picture import ImageError, Picture
from impasto.images.read import as_picture
from impasto.images.resize import resize_masks, same_proportions, size_of

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

    Sources are what `as_picture` takes. Region i of the content belongs to region i of each style.

    Raises:
        ImageError: a mask can't be read, is neither a label image nor grey, lacks a color that
            another one has, or has other proportions than its image.
    """
    pictures = [as_picture(content_source, "the content's mask")]
    for number, source in enumerate(style_sources, start=1):
        pictures.append(as_picture(source, f"the mask of style {number}"))
    for picture, size in zip(pictures, [content_size, *style_sizes], strict=True):
        _check_proportions(picture, size)
    painted = [_over_black(picture) for picture in pictures]
    names = [picture.name for picture in pictures]
    if all(_is_soft(image) for image in painted):
        regions = [soft_regions(image.mean(1, keepdim=True)) for image in painted]
        for masks, name in zip(regions, names, strict=True):
            _check_shares(masks, name)
    else:
        content, styles = label_regions(painted[0], painted[1:], names)
        regions = [content, *styles]
    sizes = [content_size, *style_sizes]
    content, *styles = [resize_masks(m, size) for m, size in zip(regions, sizes, strict=True)]
    return content, styles


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
    """Return two regions: what is white in a grey mask, and what is black."""
    return torch.cat([mask, 1 - mask])


def feather(masks: Masks, pixels: int) -> Masks:
    """Blur the borders between regions to a width of about `pixels` on either side.

    A Gaussian whose standard deviation is half of that: 95 % of the transition lie within.
    """
    if pixels <= 0:
        return masks
    radius = max(1, round(1.5 * pixels))
    offsets = torch.arange(-radius, radius + 1, dtype=masks.dtype, device=masks.device)
    weights = torch.exp(-0.5 * (offsets / (pixels / 2)) ** 2)
    weights = weights / weights.sum()
    rows = functional.pad(masks, (0, 0, radius, radius), mode="replicate")
    blurred = functional.conv2d(rows, weights[None, None, :, None])
    columns = functional.pad(blurred, (radius, radius, 0, 0), mode="replicate")
    return functional.conv2d(columns, weights[None, None, None, :])


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
    """Tell a grey mask from a label image, which has color or at least three flat greys."""
    if float((image.amax(1) - image.amin(1)).max()) * 255 > NOISE:
        return False
    palette = find_palette(image)
    return palette is None or len(palette) <= 2


def _check_shares(masks: Masks, name: str) -> None:
    for share, region in zip(masks.mean(dim=(1, 2, 3)), ("white", "black"), strict=True):
        if share < _LEAST_SHARE:
            raise ImageError(
                f"{name} has nothing {region}; expected a mask with white and black parts; paint "
                "the region that is missing"
            )


def _require_palette(image: Image, name: str) -> Palette:
    palette = find_palette(image)
    if palette is None:
        raise ImageError(
            f"{name} is neither a label image nor a grey mask like the others; expected up to 16 "
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
