"""What a picture is once it left its file, and the checks that every picture passes."""

import hashlib
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from impasto.choices import MIN_SIDE
from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.wording import count

SLACK = 0.5 / 255
"""Values may leave [0, 1] by half a step of 8 bits, which nobody can see; they are clamped."""

_FULL_SCALE = {
    torch.bool: 1,
    torch.uint8: 255,
    torch.uint16: 65535,
    torch.float16: 1,
    torch.bfloat16: 1,
    torch.float32: 1,
    torch.float64: 1,
}


class ImageError(ImpastoError):
    """A picture that can't be read, used or saved: one sentence says why and what to do."""


@dataclass(frozen=True, eq=False)
class Picture:
    """An image and all that must survive the way from its file to the result.

    `image` lies on the CPU; where the picture is transparent, it was laid over white. `alpha` is
    None when every pixel is opaque. `notes` are sentences for the user, such as "sky.gif holds 12
    frames; the first was taken". `sha256` is the hash of the file, or of the pixels when there was
    no file.
    """

    image: Image
    alpha: Float[Tensor, "1 1 h w"] | None
    notes: tuple[str, ...]
    sha256: str
    name: str


def picture_from_tensor(values: Tensor, name: str = "the tensor") -> Picture:
    """Take a tensor of shape (h, w), (c, h, w) or (1, c, h, w) with 1, 3 or 4 channels.

    Floats lie in [0, 1]; uint8, uint16 and bool are scaled. A fourth channel is alpha. The result
    shares no memory with `values`.

    Raises:
        ImageError: another shape or type, no pixels, NaN, infinity, or values out of range.
    """
    planes = values.detach()
    if planes.dim() == 4 and planes.shape[0] == 1:
        planes = planes[0]
    if planes.dim() == 2:
        planes = planes[None]
    if planes.dim() != 3 or planes.shape[0] not in (1, 3, 4):
        raise ImageError(
            f"{name} has the shape {tuple(values.shape)}; expected (3, h, w) or (1, 3, h, w), "
            "with 1, 3 or 4 channels in front of the height; rearrange it with permute"
        )
    if planes.dtype not in _FULL_SCALE:
        raise ImageError(
            f"{name} holds {values.dtype}; expected floats in [0, 1], uint8 or uint16; convert it"
        )
    scaled = planes.cpu().to(torch.float32, copy=True).div_(_FULL_SCALE[planes.dtype])
    checked = in_range(scaled, name)[None]
    rgb, alpha = checked[:, :3].expand(1, 3, -1, -1), checked[:, 3:]
    return assemble(rgb, alpha if alpha.numel() else None, name=name)


def picture_from_array(values: np.ndarray, name: str = "the array") -> Picture:
    """Take an array of shape (h, w) or (h, w, c) with 1, 3 or 4 channels, otherwise as a tensor.

    Raises:
        ImageError: another shape or type, no pixels, NaN, infinity, or values out of range.
    """
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (1, 3, 4)):
        raise ImageError(
            f"{name} has the shape {values.shape}; expected (h, w) or (h, w, 3), with 1, 3 or 4 "
            "channels behind the width; rearrange it with transpose"
        )
    native = values.dtype.newbyteorder("=")
    if native not in (np.bool_, np.uint8, np.uint16, np.float16, np.float32, np.float64):
        raise ImageError(
            f"{name} holds {values.dtype}; expected floats in [0, 1], uint8 or uint16; convert it"
        )
    planes = torch.from_numpy(np.array(values, dtype=native, order="C"))  # a writable copy
    return picture_from_tensor(planes if values.ndim == 2 else planes.permute(2, 0, 1), name)


def assemble(
    rgb: Image,
    alpha: Float[Tensor, "1 1 h w"] | None,
    *,
    name: str,
    notes: tuple[str, ...] = (),
    sha256: str | None = None,
) -> Picture:
    """Join color and transparency to a picture.

    Transparent parts are laid over white, as every viewer and every printer shows them: what a
    program left behind in invisible pixels never reaches a result, and a drawing that is black ink
    on nothing stays a drawing.

    Raises:
        ImageError: nothing of the picture can be seen.
    """
    if alpha is not None and bool((alpha == 1).all()):
        alpha = None
    if alpha is not None:
        if not bool(alpha.any()):
            raise ImageError(
                f"{name} is transparent everywhere; expected a picture with something to see; "
                "give one that has visible pixels"
            )
        rgb = over_white(rgb, alpha)
    image = rgb.contiguous()
    if sha256 is None:
        sha256 = hash_pixels(image, alpha)
    return Picture(image=image, alpha=alpha, notes=notes, sha256=sha256, name=name)


def over_white(image: Image, alpha: Float[Tensor, "1 1 h w"]) -> Image:
    """Lay an image with transparency (1 is opaque) on white paper."""
    return 1 - alpha * (1 - image)  # in this form no rounding leaves [0, 1]


def in_range(values: Tensor, name: str) -> Tensor:
    """Return `values` clamped to [0, 1], if that hides nothing.

    Raises:
        ImageError: see `check_range`.
    """
    check_range(values, name)
    return values.clamp(0, 1)


def check_range(values: Tensor, name: str) -> None:
    """Refuse numbers that no picture holds.

    Raises:
        ImageError: no pixels, NaN or infinity, or values that are out of range by more than SLACK.
    """
    if values.numel() == 0:
        raise ImageError(f"{name} has no pixels; expected at least 1 x 1; give another picture")
    low, high = (float(bound) for bound in values.detach().aminmax())
    if low != low or high != high or float("inf") in (-low, high):
        raise ImageError(
            f"{name} holds NaN or infinite values; expected numbers in [0, 1]; repair it, for "
            "example with nan_to_num"
        )
    if low < -SLACK or high > 1 + SLACK:
        raise ImageError(
            f"{name} holds values from {low:g} to {high:g}; expected them in [0, 1]; scale or "
            "clip it first"
        )


def check_planes(image: Tensor, name: str) -> None:
    """Refuse what is not an image of this project.

    Raises:
        ImageError: it isn't of shape (1, 3, h, w) or of floats, or see `check_range`.
    """
    if image.dim() != 4 or image.shape[:2] != (1, 3) or not image.is_floating_point():
        raise ImageError(
            f"{name} has the shape {tuple(image.shape)} and holds {image.dtype}; expected floats "
            "of shape (1, 3, h, w); rearrange it first"
        )
    check_range(image, name)


def check_image(image: Tensor, name: str = "the picture") -> Tensor:
    """Return an image on the CPU, float32, in [0, 1].

    Raises:
        ImageError: see `check_planes`.
    """
    check_planes(image, name)
    return image.detach().cpu().float().clamp(0, 1)


def check_side(image: Tensor, name: str, least: int = MIN_SIDE) -> None:
    """Refuse an image of shape (..., h, w) that is too small to be stylized.

    Raises:
        ImageError: a side is shorter than `least` pixels.
    """
    h, w = image.shape[-2:]
    if min(h, w) < least:
        raise ImageError(
            f"{name} is {count(w, 'pixel')} wide and {count(h, 'pixel')} high; expected at least "
            f"{least} on each side; give a larger picture"
        )


def hash_pixels(image: Tensor, alpha: Tensor | None) -> str:
    """Return the SHA-256 of a picture that is no file: of its size and its values."""
    digest = hashlib.sha256(repr(tuple(image.shape)).encode())
    for plane in (image, alpha):
        if plane is not None:
            digest.update(plane.contiguous().numpy().tobytes())
    return digest.hexdigest()


def as_saved(image: Image) -> Image:
    """Return an image as a file without loss gives it back: in 8 bits."""
    return levels(image).float() / 255


def levels(image: Tensor) -> Tensor:
    """Return an image in [0, 1] as 8 bits, rounded to the nearest, halves up."""
    return (image * 255 + 0.5).to(torch.uint8)
