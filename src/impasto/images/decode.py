"""Pillow's pixel modes and ICC profiles to sRGB tensors."""

import io
from typing import Any, cast

import numpy as np
import PIL.Image
import torch
from jaxtyping import Float
from PIL import ImageCms
from torch import Tensor

from impasto.contracts import Image
from impasto.images.picture import in_range

_MODE_OF_PROFILE = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}

_OPAQUE = {"1": "L", "LA": "L", "P": "RGB", "PA": "RGB", "RGBX": "RGB", "RGBA": "RGB"}

_SRGB_PRIMARIES = (1, 2)  # ITU-T H.273: Rec. 709, unspecified


def to_planes(
    file: PIL.Image.Image, name: str
) -> tuple[Image, Float[Tensor, "1 1 h w"] | None, tuple[str, ...]]:
    """Return color, transparency and notes of an upright image, in [0, 1].

    Color isn't yet laid over anything where it is transparent.

    Raises:
        ImageError: the values of a 32-bit image mean no color.
    """
    color, alpha = _split_alpha(file)
    color, notes = _to_srgb(color, file.info, name)
    if color.mode.startswith("I;16"):
        rgb = _tensor(color, 65535)
    elif color.mode == "I":  # 32 bits that hold 16, as in a PGM
        rgb = in_range(_tensor(color, 65535), f"{name} divided by 65535")
    elif color.mode == "F":
        rgb = in_range(_tensor(color, 1), name)
    else:
        rgb = _tensor(color.convert("RGB"), 255)
    opacity = None if alpha is None else _tensor(alpha, 255)
    return rgb.expand(1, 3, -1, -1), opacity, notes


def _split_alpha(file: PIL.Image.Image) -> tuple[PIL.Image.Image, PIL.Image.Image | None]:
    """Part color from transparency, which may also be a color of the palette or of the file."""
    if file.mode in ("RGBa", "La"):  # premultiplied
        file = file.convert("RGBA" if file.mode == "RGBa" else "LA")
    mode = _OPAQUE.get(file.mode, file.mode)
    if not file.has_transparency_data or file.mode.startswith("I"):
        return (file if mode == file.mode else file.convert(mode)), None
    with_alpha = file.convert("LA" if mode == "L" else "RGBA")
    return with_alpha.convert(mode), with_alpha.getchannel("A")


def _to_srgb(
    color: PIL.Image.Image, info: dict, name: str
) -> tuple[PIL.Image.Image, tuple[str, ...]]:
    """Apply the color profile, if there is one that can be understood."""
    data = info.get("icc_profile")
    if color.mode == "LAB" and not data:
        data = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    if data:
        try:
            return _apply_profile(color, data), ()
        except (ImageCms.PyCMSError, OSError, ValueError):
            return color, (f"{name} has a color profile that doesn't fit it; it was taken as sRGB",)
    nclx = info.get("nclx_profile") or {}
    if nclx.get("color_primaries", 1) not in _SRGB_PRIMARIES:
        return color, (f"{name} has wide colors without a profile; they were taken as sRGB",)
    return color, ()


def _apply_profile(color: PIL.Image.Image, data: bytes) -> PIL.Image.Image:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
    mode = _MODE_OF_PROFILE.get(cast(Any, profile.profile).xcolor_space.strip())
    if color.mode.startswith("I;16"):  # little CMS takes 8 bits: the right color beats precision
        color = PIL.Image.fromarray((np.asarray(color) >> 8).astype(np.uint8))
    if color.mode == "L" and mode == "RGB":  # gray photos often carry the profile of their camera
        color = color.convert("RGB")
    if color.mode != mode:
        raise ValueError(f"a {mode} profile for a {color.mode} picture")
    srgb = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(color, profile, srgb, outputMode="RGB")
    return cast(PIL.Image.Image, converted)  # it is None only when it works in place


def _tensor(image: PIL.Image.Image, full_scale: int) -> Float[Tensor, "1 c h w"]:
    values = torch.from_numpy(np.asarray(image).astype(np.float32)).div_(full_scale)
    return (values[None] if values.dim() == 2 else values.permute(2, 0, 1))[None]
