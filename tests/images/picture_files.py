"""Files for the tests: written by the libraries, or by hand where those can't."""

import io
import struct
import zlib

import pillow_heif
import torch


def encoded(picture, form, **options):
    """The bytes of a file in a format of Pillow's, or HEIF."""
    buffer = io.BytesIO()
    if form == "HEIF":
        pillow_heif.from_pillow(picture).save(buffer, **options)
    else:
        picture.save(buffer, form, **options)
    return buffer.getvalue()


def levels(image):
    """A tensor back to (h, w, 3) in 8 bits."""
    return (image[0] * 255).round().to(torch.uint8).permute(1, 2, 0).numpy()


def png(width, height, depth, color_type, rows=b"", *chunks):
    """The bytes of a PNG, written by hand: what Pillow can't write."""

    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + body
