"""Files to pictures: upright, in sRGB, with their transparency, whatever they were before.

Everything that arrives is somebody else's: sizes are checked before anything is decoded, only the
formats named here are opened (Pillow knows some that start other programs), and whatever a decoder
raises becomes one sentence.
"""

import hashlib
import io
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import PIL.Image
from PIL import ExifTags, UnidentifiedImageError
from torch import Tensor

from impasto.contracts import Image
from impasto.images.decode import to_planes
from impasto.images.picture import (
    ImageError,
    Picture,
    assemble,
    picture_from_array,
    picture_from_tensor,
)
from impasto.wording import no_file, printable

MAX_MEGAPIXELS = 250
"""A picture of this size takes 3 GB as a tensor; larger ones are attacks more often than art."""

MAX_GIGABYTES = 1
"""The longest file: 250 megapixels in 8 bits, three channels, without any compression, and more."""

FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "AVIF", "HEIC", "GIF", "BMP", "PPM", "JPEG2000", "QOI")

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}

# EXIF 2.32, section 4.6.4.A, tag 274: what undoes each way a camera can be held.
_UPRIGHT = {
    2: PIL.Image.Transpose.FLIP_LEFT_RIGHT,
    3: PIL.Image.Transpose.ROTATE_180,
    4: PIL.Image.Transpose.FLIP_TOP_BOTTOM,
    5: PIL.Image.Transpose.TRANSPOSE,
    6: PIL.Image.Transpose.ROTATE_270,
    7: PIL.Image.Transpose.TRANSVERSE,
    8: PIL.Image.Transpose.ROTATE_90,
}


@runtime_checkable
class BinaryFile(Protocol):
    """An open file: whatever has `read` and gives bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes."""
        ...


_pillow_settings = threading.RLock()


def load_image(source: object) -> Image:
    """Return a picture as a tensor: float32, (1, 3, h, w), sRGB in [0, 1].

    Takes everything that `as_picture` takes, and leaves out transparency and notes.

    Raises:
        ImageError: the source isn't a picture that can be read.
    """
    return as_picture(source).image


def as_picture(source: object, name: str = "") -> Picture:
    """Take a picture in whatever form it comes.

    A path, `-` for standard input, the bytes of a file, a file object, an image of Pillow, a NumPy
    array (h, w) or (h, w, 3), a tensor (3, h, w) or (1, 3, h, w), or a `Picture`. `name` is what
    messages call a source that has no name of its own.

    Raises:
        ImageError: the source isn't a picture that can be read.
    """
    match source:
        case Picture():
            return source
        case str() | os.PathLike() | bytes():
            return read_picture(source, name)
        case bytearray() | memoryview():
            return read_picture(bytes(source), name)
        case PIL.Image.Image():
            return picture_from_pillow(source, name or "the image")
        case np.ndarray():
            return picture_from_array(source, name or "the array")
        case Tensor():
            return picture_from_tensor(source, name or "the tensor")
        case BinaryFile():
            return read_picture(source, name)
    raise ImageError(
        f"got {type(source).__name__}; expected a picture: a path, bytes, an image of Pillow, an "
        "array or a tensor"
    )


def file_of(source: object) -> str | None:
    """Return the file that a source of `as_picture` is, or came from, as an absolute path."""
    path = source
    if isinstance(source, PIL.Image.Image):
        path = getattr(source, "filename", None)
    elif isinstance(source, BinaryFile):
        path = getattr(source, "name", None)
    if not isinstance(path, str | os.PathLike) or os.fspath(path) in ("", "-"):
        return None
    return os.path.abspath(os.fspath(path))


def read_picture(source: str | os.PathLike[str] | bytes | BinaryFile, name: str = "") -> Picture:
    """Read a picture from a path, from `-` (standard input), from bytes or from a file object.

    Raises:
        ImageError: there is no such file, or it isn't a picture that can be read.
    """
    data, name = read_bytes(source, name)
    with opened(data, name) as file:
        return picture_from_pillow(file, name, sha256=hashlib.sha256(data).hexdigest())


def picture_from_pillow(
    file: PIL.Image.Image, name: str = "the image", sha256: str | None = None
) -> Picture:
    """Take an image that Pillow opened or made.

    Raises:
        ImageError: it is too large, damaged, or of values that mean no color.
    """
    with _sentences(name):
        megapixels = file.width * file.height / 1e6
        if megapixels > MAX_MEGAPIXELS:
            raise ImageError(
                f"{name} is {file.width} x {file.height} pixels ({megapixels:.0f} megapixels); "
                f"expected at most {MAX_MEGAPIXELS} megapixels; make it smaller first"
            )
        if not file.width or not file.height:
            raise ImageError(f"{name} has no pixels; expected at least 1 x 1; give another picture")
        file.load()  # a TIFF turns itself upright here, and some formats change their mode
        upright, notes = _turn_upright(file, name)
        rgb, alpha, color_notes = to_planes(upright, name)
        notes += color_notes + _frames_note(file, name)
        return assemble(rgb, alpha, name=name, notes=notes, sha256=sha256)


@contextmanager
def opened(data: bytes, name: str) -> Iterator[PIL.Image.Image]:
    """Open a file's bytes with Pillow; nothing is decoded yet.

    Raises:
        ImageError: the bytes aren't a picture in one of FORMATS.
    """
    if not data:
        raise ImageError(f"{name} is empty; expected a picture; check where it comes from")
    with _sentences(name), _open(data) as file:
        yield file


def read_bytes(source: str | os.PathLike[str] | bytes | BinaryFile, name: str) -> tuple[bytes, str]:
    """Return all that a source holds and what to call it.

    Raises:
        ImageError: the source can't be read, or is longer than MAX_GIGABYTES.
    """
    longest = int(MAX_GIGABYTES * 1e9)
    if isinstance(source, str | os.PathLike):
        standard = os.fspath(source) == "-"
        name = "standard input" if standard else printable(source)
        data = _read_standard_input(longest) if standard else _read_path(source, name, longest)
    elif isinstance(source, bytes):
        name, data = name or "the data", source
    else:
        name = name or "the file object"
        data = _read_file(source, name, longest)
    if len(data) > longest:
        raise ImageError(
            f"{name} is longer than {MAX_GIGABYTES} GB; expected a picture; make it smaller first"
        )
    return data, name


def _read_standard_input(longest: int) -> bytes:
    if sys.stdin.isatty():
        raise ImageError("standard input is a terminal; expected a picture; pipe a file into it")
    return sys.stdin.buffer.read(longest + 1)


def _read_file(file: BinaryFile, name: str, longest: int) -> bytes:
    try:
        data = None if isinstance(file, io.TextIOBase) else file.read(longest + 1)
    except (OSError, ValueError) as error:  # closed, not open for reading, or a broken connection
        raise ImageError(
            f"{name} can't be read ({error}); expected a file that is open for reading"
        ) from error
    if not isinstance(data, bytes):
        raise ImageError(f"{name} gives text; expected bytes; open it in the mode 'rb'")
    return data


def _read_path(path: str | os.PathLike[str], name: str, longest: int) -> bytes:
    try:
        with Path(path).open("rb") as file:
            return file.read(longest + 1)
    except FileNotFoundError:
        raise ImageError(no_file(name)) from None
    except IsADirectoryError:
        raise ImageError(f"{name} is a folder; expected a picture; name a file in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"{name} can't be read ({reason}); expected a picture file") from error


def _open(data: bytes) -> PIL.Image.Image:
    brands = _brands(data)
    if brands & _HEIC_BRANDS and not brands & _AVIF_BRANDS:
        import pillow_heif  # a large library that only HEIC needs

        return pillow_heif.HeifImageFile(io.BytesIO(data))
    formats = [name for name in FORMATS if name != "HEIC"]
    return PIL.Image.open(io.BytesIO(data), formats=formats)


def _brands(data: bytes) -> set[bytes]:
    """Return what a HEIF file says that it is: ISO/IEC 14496-12, section 4.3, the box "ftyp".

    The first brand may be that of the container alone, as "mif1", which HEIC and AVIF share.
    """
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), len(data))
    return {data[8:12], *(data[place : place + 4] for place in range(16, end, 4))}


@contextmanager
def _sentences(name: str) -> Iterator[None]:
    """Turn whatever Pillow raises into an ImageError, and keep its warnings from the user.

    Pillow's own limit on the size is lifted, since ours is stated and checked right after opening.
    The limit and the warnings are global, so pictures are read one at a time.
    """
    with _pillow_settings, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, PIL.Image.MAX_IMAGE_PIXELS = PIL.Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        except ImageError:
            raise
        except UnidentifiedImageError:
            raise ImageError(
                f"{name} isn't a picture that can be read; expected {', '.join(FORMATS[:-1])} or "
                f"{FORMATS[-1]}; convert it first"
            ) from None
        except MemoryError:
            raise ImageError(f"{name} doesn't fit into memory; make it smaller first") from None
        except Exception as error:  # decoders of damaged files raise whatever they meet
            reason = " ".join(str(error).split())
            raise ImageError(
                f"{name} is damaged or cut short ({reason}); expected a whole picture; get it again"
            ) from error
        finally:
            PIL.Image.MAX_IMAGE_PIXELS = limit


def _turn_upright(file: PIL.Image.Image, name: str) -> tuple[PIL.Image.Image, tuple[str, ...]]:
    try:
        orientation = file.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # broken EXIF data raise whatever they happen to be read as
        return file, (f"{name} has a broken EXIF block; it was ignored",)
    turn = _UPRIGHT.get(orientation)
    return (file if turn is None else file.transpose(turn)), ()


def _frames_note(file: PIL.Image.Image, name: str) -> tuple[str, ...]:
    frames = 1
    with suppress(Exception):  # the picture is already read; what follows it may be damaged
        frames = getattr(file, "n_frames", 1)
    if frames == 1 or file.format == "MPO":  # a phone's JPEG with previews behind the photo
        return ()
    if file.format == "HEIF":
        return (f"{name} holds {frames} pictures; the main one was taken",)
    kind = "pages" if file.format == "TIFF" else "frames"
    return (f"{name} holds {frames} {kind}; the first was taken",)
