"""What a picture knows of its own making: JSON that travels inside the file.

In a PNG it is a text chunk with the keyword "impasto". Every other format carries EXIF, where it is
the UserComment, and the tag Software says whose comment it is.
"""

import json
import os
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags
from PIL.Image import Exif
from PIL.PngImagePlugin import PngInfo

from impasto.images.picture import ImageError
from impasto.images.read import BinaryFile, opened, read_bytes

KEYWORD = "impasto"

_ASCII = b"ASCII\0\0\0"  # EXIF 2.32, section 4.6.5.D: a UserComment starts with its character code
_SRGB = 1  # EXIF 2.32, ColorSpace


def read_metadata(source: str | os.PathLike[str] | bytes | BinaryFile) -> dict[str, Any] | None:
    """Return what `save_image` wrote into a picture; None if it is somebody else's picture.

    Raises:
        ImageError: the source isn't a picture that can be read.
    """
    data, name = read_bytes(source, "")
    with opened(data, name) as file:
        if file.format == "PNG":
            text = file.info.get(KEYWORD)
        else:
            exif = file.getexif()
            text = _own_comment(exif)
    return _parse(text)


def to_json(metadata: Mapping[str, Any] | None) -> str | None:
    """Return metadata as ASCII, which survives every format.

    Raises:
        ImageError: a value has no form in JSON.
    """
    if metadata is None:
        return None
    try:
        return json.dumps(dict(metadata), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ImageError(
            f"the metadata can't be written as JSON ({error}); expected text, finite numbers, "
            "lists and dictionaries"
        ) from error


def png_chunks(text: str | None) -> PngInfo:
    """Return the chunks that say "this is sRGB" and, as text, how the picture was made."""
    chunks = PngInfo()
    chunks.add(b"sRGB", b"\0")  # rendering intent: perceptual
    if text is not None:
        chunks.add_itxt(KEYWORD, text)
    return chunks


def exif(text: str | None) -> Exif:
    """Return EXIF data that say "this is sRGB" and, as a comment, how the picture was made."""
    tags = Exif()
    tags[ExifTags.Base.Software] = KEYWORD
    details = tags.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.ColorSpace] = _SRGB
    if text is not None:
        details[ExifTags.Base.UserComment] = _ASCII + text.encode("ascii")
    tags[ExifTags.IFD.Exif] = dict(details)  # Pillow's TIFF writer looks for it here
    return tags


def _own_comment(tags: Exif) -> str | None:
    comment = tags.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    if tags.get(ExifTags.Base.Software) != KEYWORD or not isinstance(comment, bytes):
        return None
    return comment.removeprefix(_ASCII).decode("ascii", "replace")


def _parse(text: str | None) -> dict[str, Any] | None:
    try:
        metadata = json.loads(text or "null")
    except ValueError:
        return None
    return metadata if isinstance(metadata, dict) else None
