"""Color spaces as pure functions of tensors of shape (1, 3, h, w).

sRGB and linear RGB lie in [0, 1]; XYZ has D65 white at Y = 1; Lab has L in [0, 100]; YIQ has Y in
[0, 1]. Nothing is clamped here: what leaves the gamut on the way can come back.

Sources: IEC 61966-2-1 (sRGB), ITU-R BT.709 and BT.601 (primaries, luma), CIE 15 (Lab), SMPTE 170M
(YIQ). Matrices are derived from what these standards define, not copied from rounded tables.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image

Planes = Float[Tensor, "1 3 h w"]
"""Three planes in a color space other than sRGB."""

LUMA_601 = (0.299, 0.587, 0.114)
"""Weights of sRGB's channels in BT.601 luma: how bright a color looks, as television knew it."""

_PRIMARIES = torch.tensor([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]], dtype=torch.float64)
_D65 = torch.tensor([0.3127, 0.3290], dtype=torch.float64)
_LAB_KNEE = 6 / 29


def _from_chromaticity(xy: Tensor) -> Tensor:
    """Turn rows of (x, y) into rows of (X, Y, Z) at Y = 1."""
    x, y = xy.unbind(-1)
    return torch.stack([x / y, torch.ones_like(x), (1 - x - y) / y], dim=-1)


def _rgb_to_xyz_matrix() -> Tensor:
    """Scale the primaries so that they add up to white."""
    primaries = _from_chromaticity(_PRIMARIES).T
    return primaries * torch.linalg.solve(primaries, _from_chromaticity(_D65))


def _rgb_to_yiq_matrix() -> Tensor:
    """Scale B - Y and R - Y to U and V, and turn those by 33 degrees."""
    luma = torch.tensor(LUMA_601, dtype=torch.float64)
    unit = torch.eye(3, dtype=torch.float64)
    u, v = 0.492111 * (unit[2] - luma), 0.877283 * (unit[0] - luma)
    cos, sin = math.cos(math.radians(33)), math.sin(math.radians(33))
    return torch.stack([luma, v * cos - u * sin, v * sin + u * cos])


_WHITE = _from_chromaticity(_D65)
_TO_XYZ = _rgb_to_xyz_matrix()
_FROM_XYZ = torch.linalg.inv(_TO_XYZ)
_TO_YIQ = _rgb_to_yiq_matrix()
_FROM_YIQ = torch.linalg.inv(_TO_YIQ)


def srgb_to_linear(image: Image) -> Planes:
    """Undo the transfer curve of sRGB: the result is proportional to light."""
    curve = ((image.clamp(min=0.04045) + 0.055) / 1.055) ** 2.4
    return torch.where(image <= 0.04045, image / 12.92, curve)


def linear_to_srgb(linear: Planes) -> Image:
    """Apply the transfer curve of sRGB."""
    curve = 1.055 * linear.clamp(min=0.0031308) ** (1 / 2.4) - 0.055
    return torch.where(linear <= 0.0031308, linear * 12.92, curve)


def linear_to_xyz(linear: Planes) -> Planes:
    """Linear RGB to CIE XYZ."""
    return _multiply(_TO_XYZ, linear)


def xyz_to_linear(xyz: Planes) -> Planes:
    """CIE XYZ to linear RGB."""
    return _multiply(_FROM_XYZ, xyz)


def xyz_to_lab(xyz: Planes) -> Planes:
    """CIE XYZ to CIELAB under D65."""
    ratio = xyz / _WHITE.to(xyz)[:, None, None]
    root = ratio.clamp(min=_LAB_KNEE**3) ** (1 / 3)
    fx, fy, fz = torch.where(
        ratio <= _LAB_KNEE**3, ratio / (3 * _LAB_KNEE**2) + 4 / 29, root
    ).unbind(1)
    return torch.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], dim=1)


def lab_to_xyz(lab: Planes) -> Planes:
    """CIELAB under D65 to CIE XYZ."""
    lightness, a, b = lab.unbind(1)
    fy = (lightness + 16) / 116
    f = torch.stack([fy + a / 500, fy, fy - b / 200], dim=1)
    ratio = torch.where(f <= _LAB_KNEE, 3 * _LAB_KNEE**2 * (f - 4 / 29), f**3)
    return ratio * _WHITE.to(lab)[:, None, None]


def srgb_to_lab(image: Image) -> Planes:
    """Convert sRGB to CIELAB, in which distances are roughly as large as they look."""
    return xyz_to_lab(linear_to_xyz(srgb_to_linear(image)))


def lab_to_srgb(lab: Planes) -> Image:
    """CIELAB to sRGB; colors that sRGB lacks leave [0, 1]."""
    return linear_to_srgb(xyz_to_linear(lab_to_xyz(lab)))


def srgb_to_yiq(image: Image) -> Planes:
    """Convert sRGB to luma (BT.601) and two planes of chroma, linearly."""
    return _multiply(_TO_YIQ, image)


def yiq_to_srgb(yiq: Planes) -> Image:
    """Luma (BT.601) and chroma to sRGB."""
    return _multiply(_FROM_YIQ, yiq)


def luma_601(image: Image) -> Float[Tensor, "1 1 h w"]:
    """Return luma as BT.601 weighs the channels: the Y of YIQ."""
    return srgb_to_yiq(image)[:, :1]


def luminance_709(image: Image) -> Float[Tensor, "1 1 h w"]:
    """Return relative luminance, the Y of XYZ: light, as BT.709's primaries give it."""
    return linear_to_xyz(srgb_to_linear(image))[:, 1:2]


def _multiply(matrix: Tensor, planes: Planes) -> Planes:
    return torch.einsum("rc,nchw->nrhw", matrix.to(planes), planes)
