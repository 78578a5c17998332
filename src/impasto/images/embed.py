"""Pictures inside a page: as data URIs, so that the page is one file that needs no other."""

import base64
import io
from dataclasses import dataclass

from impasto.contracts import Image
from impasto.images.resize import fit, resize, size_of
from impasto.images.write import to_pillow

QUALITY = 85
"""Of WebP, which every browser has shown since 2020. Three quarters of a JPEG that looks the same:
a painted picture of 480 pixels takes about 60 kB."""


@dataclass(frozen=True)
class Embedded:
    """A picture as a page takes it: its data URI, and its size in pixels."""

    uri: str
    height: int
    width: int


def embed(image: Image, side: int, quality: int = QUALITY) -> Embedded:
    """Return a picture with a longer side of at most `side` pixels, for the `src` of an image.

    Raises:
        ImageError: it isn't an image of shape (1, 3, h, w), sRGB in [0, 1].
    """
    h, w = fit(size_of(image), min(side, max(size_of(image))))
    buffer = io.BytesIO()
    to_pillow(resize(image, (h, w))).save(buffer, "WEBP", quality=quality)
    text = base64.b64encode(buffer.getvalue()).decode("ascii")
    return Embedded(f"data:image/webp;base64,{text}", h, w)
