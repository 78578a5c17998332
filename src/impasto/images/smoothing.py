"""A painted photo made photographic again: neighbors that are alike in the photo are made alike.

Paper: Li, Liu, Li, Yang and Kautz, "A closed-form solution to photorealistic image stylization",
ECCV 2018, section 3.2. The exact way solves for the whole picture at once; the fast one, He, Sun
and Tang's guided filter (TPAMI 2013), looks at a window, and so does well with any size.
"""

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter
from torch import Tensor

from impasto.contracts import Image
from impasto.features.tiles import make_tiles
from impasto.images.resize import size_of
from impasto.shelf import put_back, room_for

SMOOTHNESS = 0.9999
"""α of eq. 3, as in the authors' program: how much being alike counts beside staying as it is."""

MATTING_EPSILON = 1e-7
"""ε of the matting affinity (Levin, Lischinski and Weiss, TPAMI 2008, eq. 12), of colors in [0, 1];
its windows are 3 x 3."""

TURN = np.array([[1, 1, 1], [1, -1, 0], [1, 1, -2]]) / np.sqrt([[3], [2], [6]])
"""Turns colors so that gray lies along one axis. The affinity is the same, but its 3 x 3 matrices
can be inverted exactly for a black and white photo too, where edges would leak otherwise."""

MATTED = 5000
"""Bytes per pixel that matting needs: 81 numbers of each window with their places, and a
preconditioner."""

GUIDED, BESIDE = 600, 40
"""Bytes per pixel of a tile that is filtered, and of the pictures."""

TILE = 1024
"""Pixels of a tile's side: beside them the 70 that are seen around it are few."""

RADIUS, GUIDED_EPSILON = 35, 0.001
"""Of the guided filter, as in the authors' program with `--fast`: pixels, and variance of colors in
[0, 1]."""


def smooth_by_matting(painted: Image, photo: Image) -> Image:
    """Return (1 - α) (I - α S)⁻¹ y for each color plane y: eq. 4, but with S = D⁻¹ W.

    W is the matting affinity of the photo, D its row sums. The paper has S = D^-½ W D^-½, which is
    the same but at the border, where fewer windows overlap: there it darkens even a plain color.
    The result is in [0, 1].
    """
    # numba compiles it when it is imported for the first time, which takes a minute
    from pymatting import cf_laplacian, cg, ichol  # type: ignore[import-untyped]
    from scipy.sparse import diags

    h, w = photo.shape[-2:]
    laplacian = cf_laplacian(_planes(photo) @ TURN.T, MATTING_EPSILON, 1)
    data = (1 - SMOOTHNESS) * _windows(h, w).ravel()  # both sides of the equation times D
    matrix = diags(data) + SMOOTHNESS * laplacian
    preconditioner = ichol(matrix.tocsc())
    planes = _planes(painted).reshape(h * w, 3)
    solved = [cg(matrix, data * plane, x0=plane, M=preconditioner, rtol=1e-6) for plane in planes.T]
    return _image(np.stack(solved, -1).reshape(h, w, 3), painted)


def smooth_by_guiding(painted: Image, photo: Image) -> Image:
    """Return the guided filter of each color plane, the photo's colors being the guide.

    In each window a color of the result is an affine function of the photo's three (eq. 14 to 16).
    The result is in [0, 1]. Large pictures are filtered in tiles, with the same result.
    """
    size = size_of(painted)
    smoothed = room_for(painted.shape, painted)
    for tile in make_tiles(size, TILE, halo=2 * RADIUS, align=1):
        tile.own(smoothed).copy_(tile.within(_guided(tile.cut(painted), tile.cut(photo))))
        for each in (painted, photo, smoothed):
            put_back(each)
    return smoothed


def matting_need(size: tuple[int, int]) -> int:
    """Return the bytes that `smooth_by_matting` needs for a picture (h, w)."""
    return MATTED * size[0] * size[1]


def guiding_need(size: tuple[int, int]) -> int:
    """Return the bytes that `smooth_by_guiding` needs for a picture (h, w)."""
    h, w = (min(length, TILE + 4 * RADIUS) for length in size)
    return GUIDED * h * w + BESIDE * size[0] * size[1]


def _guided(painted: Image, photo: Image) -> Image:
    guide, planes = _planes(photo), _planes(painted)
    mean = _window_mean(guide)
    products = guide[..., :, None] * guide[..., None, :]
    sigma = _window_mean(products) - mean[..., :, None] * mean[..., None, :]
    sigma += GUIDED_EPSILON * np.eye(3)
    wanted = _window_mean(planes)
    cross = _window_mean(guide[..., :, None] * planes[..., None, :])
    cross -= mean[..., :, None] * wanted[..., None, :]
    slopes = np.linalg.solve(sigma, cross)
    offsets = wanted - np.einsum("hwij,hwi->hwj", slopes, mean)
    slopes, offsets = _window_mean(slopes), _window_mean(offsets)
    return _image(np.einsum("hwij,hwi->hwj", slopes, guide) + offsets, painted)


def _windows(h: int, w: int) -> NDArray[np.float64]:
    """Return in how many windows of 3 x 3 that lie in the picture each pixel lies: D."""
    along = [np.convolve(np.ones(side - 2), np.ones(3)) for side in (h, w)]
    return np.outer(*along)


def _window_mean(planes: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the mean over the window around each pixel, mirrored beyond the border."""
    return uniform_filter(planes, 2 * RADIUS + 1, axes=(0, 1), mode="reflect")


def _planes(image: Float[Tensor, "1 3 h w"]) -> NDArray[np.float64]:
    return np.ascontiguousarray(image[0].permute(1, 2, 0).double().cpu().numpy())


def _image(planes: NDArray[np.float64], like: Tensor) -> Image:
    return torch.from_numpy(planes).permute(2, 0, 1)[None].to(like).clamp(0, 1)
