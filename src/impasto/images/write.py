"""Pictures to files: 8 bits, sRGB, with the recipe inside, whole or not at all."""

import io
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import PIL.Image
import torch
from PIL.Image import Exif
from torch import Tensor

from impasto.atomic import AnyPath
from impasto.images import metadata as inside
from impasto.images.destination import check_destination, replace_file
from impasto.images.picture import ImageError, check_image, in_range, levels, over_white
from impasto.images.resize import resize_masks, size_of
from impasto.wording import printable

FORMATS = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".avif": "AVIF",
    ".heic": "HEIF",
    ".heif": "HEIF",
}

QUALITY = 95
"""Of JPEG, WebP, AVIF and HEIC. Brush strokes are edges of strong color: below, they smear."""


def save_image(
    path: AnyPath,
    image: Tensor,
    *,
    alpha: Tensor | None = None,
    metadata: Mapping[str, Any] | None = None,
    quality: int = QUALITY,
    protect: Iterable[AnyPath] = (),
    replace: bool = True,
) -> tuple[str, ...]:
    """Save an image of shape (1, 3, h, w), sRGB in [0, 1]; the suffix of `path` names the format.

    `-` writes a PNG to standard output. `alpha` is of shape (1, 1, any h, any w), 1 is opaque.
    `metadata` is stored inside as JSON, see `read_metadata`. `quality` is from 1 to 100, for the
    formats that lose something. `protect` are the files of the inputs, which are never overwritten.
    The file appears whole or not at all; another one of this name only goes if `replace` is true.
    Returns sentences for the user, mostly none.

    Raises:
        NameTakenError: there is a file, and `replace` is false.
        ImageError: the image isn't one, the place can't be written to, the suffix is unknown, or
            the metadata don't fit.
    """
    if os.fspath(path) == "-":
        _write_standard_output(encode_png(image, alpha=alpha, metadata=metadata))
        return ()
    check_output(path, protect)
    form, name = FORMATS[Path(path).suffix.lower()], printable(path)
    notes: tuple[str, ...] = ()
    if form == "JPEG" and alpha is not None:
        checked = check_image(image)
        image, alpha = over_white(checked, _opacity(alpha, size_of(checked))), None
        notes = (f"JPEG has no transparency: {name} lies on white; save a PNG to keep it",)
    data = _encode(to_pillow(image, alpha), form, inside.to_json(metadata), quality, name)
    replace_file(path, data, replace=replace)
    return notes


def check_output(path: AnyPath, protect: Iterable[AnyPath] = ()) -> None:
    """Refuse what `save_image` would refuse, before hours of work are spent.

    Raises:
        ImageError: the suffix names no format, or the place can't be written to or is an input.
    """
    if os.fspath(path) == "-":
        _check_standard_output()
        return
    if Path(path).suffix.lower() not in FORMATS:
        known = ", ".join(FORMATS)
        raise ImageError(
            f"{printable(path)} ends in no known format; expected one of {known}; add one of them"
        )
    check_destination(path, protect)


def encode_png(
    image: Tensor, *, alpha: Tensor | None = None, metadata: Mapping[str, Any] | None = None
) -> bytes:
    """Return an image of shape (1, 3, h, w), sRGB in [0, 1], as the bytes of a PNG file.

    Raises:
        ImageError: the image isn't one, or the metadata don't fit.
    """
    text = inside.to_json(metadata)
    return _encode(to_pillow(image, alpha), "PNG", text, QUALITY, "the picture")


def to_pillow(image: Tensor, alpha: Tensor | None = None) -> PIL.Image.Image:
    """Round an image to 8 bits, to the nearest, halves up.

    Raises:
        ImageError: it isn't of shape (1, 3, h, w), is not finite, or leaves [0, 1].
    """
    planes = check_image(image)
    if alpha is not None:
        planes = torch.cat([planes, _opacity(alpha, size_of(planes))], dim=1)
    return PIL.Image.fromarray(levels(planes)[0].permute(1, 2, 0).contiguous().numpy())


def _opacity(alpha: Tensor, size: tuple[int, int]) -> Tensor:
    return resize_masks(in_range(alpha.detach().cpu().float(), "the transparency"), size)


def _encode(
    picture: PIL.Image.Image, form: str, text: str | None, quality: int, name: str
) -> bytes:
    if not 1 <= quality <= 100:
        raise ImageError(f"the quality is {quality}; expected 1 to 100")
    buffer, tags = io.BytesIO(), inside.exif(text)
    try:
        match form:
            case "PNG":
                picture.save(buffer, form, pnginfo=inside.png_chunks(text))
            case "TIFF":  # uncompressed, the only kind into which Pillow puts EXIF
                picture.save(buffer, form, exif=tags)
            case "HEIF":
                _encode_heic(picture, buffer, tags, quality)
            case "WEBP":
                picture.save(buffer, form, exif=tags, quality=quality)
            case _:
                picture.save(buffer, form, exif=tags, quality=quality, subsampling="4:4:4")
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ImageError(
            f"{name} can't be saved as {form} ({error}); expected a format that holds this "
            f"picture and its metadata; choose .png"
        ) from error
    return buffer.getvalue()


def _encode_heic(picture: PIL.Image.Image, buffer: io.BytesIO, tags: Exif, quality: int) -> None:
    import pillow_heif  # a large library that only HEIC needs

    encoder = pillow_heif.from_pillow(picture)
    encoder.save(buffer, quality=quality, chroma=444, exif=tags.tobytes())


def _check_standard_output() -> None:
    if sys.stdout is None:
        raise ImageError("standard output is closed; expected a file or a program; name a file")
    if sys.stdout.isatty():
        raise ImageError(
            "standard output is a terminal; expected a file or a program; redirect it with '>'"
        )


def _write_standard_output(data: bytes) -> None:
    _check_standard_output()
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise ImageError(
            f"standard output can't be written to ({error.strerror or error}); expected a file or "
            "a program that reads all of it"
        ) from error
