"""Smoothing against dense algebra, and what it does to an edge and to texture."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from impasto.images import smoothing
from impasto.images.smoothing import smooth_by_guiding, smooth_by_matting

EPSILON, ALPHA = smoothing.MATTING_EPSILON, smoothing.SMOOTHNESS


def picture(seed, h=9, w=11):
    return torch.rand(1, 3, h, w, generator=torch.Generator().manual_seed(seed))


def affinity(photo):
    """W of Levin et al., eq. 12, window by window, pixel by pixel."""
    colors = photo[0].permute(1, 2, 0).double().numpy()
    h, w, _ = colors.shape
    found = np.zeros((h * w, h * w))
    for row in range(1, h - 1):
        for column in range(1, w - 1):
            places = [
                (y, x) for y in range(row - 1, row + 2) for x in range(column - 1, column + 2)
            ]
            own = np.stack([colors[place] for place in places])
            off = own - own.mean(0)
            inverse = np.linalg.inv(off.T @ off / 9 + EPSILON / 9 * np.eye(3))
            for i, one in enumerate(places):
                for j, other in enumerate(places):
                    value = (1 + off[i] @ inverse @ off[j]) / 9
                    found[one[0] * w + one[1], other[0] * w + other[1]] += value
    return found


def test_matting_equals_the_papers_equation_solved_with_dense_matrices():
    photo, painted = picture(0), picture(1)
    w = affinity(photo)
    matrix = np.eye(len(w)) - ALPHA * w / w.sum(1, keepdims=True)
    planes = painted[0].double().flatten(1).numpy()
    expected = (1 - ALPHA) * np.linalg.solve(matrix, planes.T).T.reshape(3, 9, 11)
    found = smooth_by_matting(painted, photo)
    assert np.abs(found[0].numpy() - expected.clip(0, 1)).max() < 1e-3


def test_the_guided_filter_equals_a_regression_in_every_window(monkeypatch):
    monkeypatch.setattr(smoothing, "RADIUS", 1)
    photo, painted = picture(2), picture(3)
    guide = np.pad(photo[0].double().numpy(), ((0, 0), (2, 2), (2, 2)), mode="symmetric")
    plane = np.pad(painted[0].double().numpy(), ((0, 0), (2, 2), (2, 2)), mode="symmetric")

    def fit(y, x):
        """Slopes and offset of the window around a pixel of the padded picture."""
        own = guide[:, y - 1 : y + 2, x - 1 : x + 2].reshape(3, 9)
        theirs = plane[:, y - 1 : y + 2, x - 1 : x + 2].reshape(3, 9)
        off = own - own.mean(1, keepdims=True)
        sigma = off @ off.T / 9 + smoothing.GUIDED_EPSILON * np.eye(3)
        slopes = np.linalg.solve(sigma, off @ theirs.T / 9)
        return slopes, theirs.mean(1) - slopes.T @ own.mean(1)

    fits = [fit(y, x) for y in (4, 5, 6) for x in (5, 6, 7)]  # around the pixel (5, 6)
    slopes, offset = (np.mean(each, axis=0) for each in zip(*fits, strict=True))
    expected = slopes.T @ guide[:, 5, 6] + offset
    found = smooth_by_guiding(painted, photo)[0, :, 3, 4].numpy()
    assert np.abs(found - expected.clip(0, 1)).max() < 1e-5


@pytest.mark.parametrize("smooth", [smooth_by_matting, smooth_by_guiding])
def test_a_texture_goes_and_an_edge_of_the_photo_stays(smooth):
    photo = torch.full((1, 3, 40, 48), 0.2)
    photo[..., 24:] = 0.8
    painted = torch.full_like(photo, 0.7)
    painted[..., 24:] = 0.3
    rough = (painted + 0.1 * (picture(4, 40, 48) - 0.5)).clamp(0, 1)
    smoothed = smooth(rough, photo)
    for side in (slice(0, 24), slice(24, 48)):
        assert smoothed[..., side].std() < rough[..., side].std() / 3
    assert (smoothed[..., 22:24].mean() - smoothed[..., 24:26].mean() - 0.4).abs() < 0.05
    assert smoothed.dtype == torch.float32 and smoothed.shape == photo.shape


@pytest.mark.parametrize("smooth", [smooth_by_matting, smooth_by_guiding])
def test_a_photo_that_was_not_painted_stays(smooth):
    photo = F.interpolate(picture(5, 5, 6), size=(80, 96), mode="bicubic").clamp(0, 1)
    assert (smooth(photo, photo) - photo).abs().max() < 0.02


@pytest.mark.parametrize("smooth", [smooth_by_matting, smooth_by_guiding])
def test_a_plain_color_stays_up_to_the_border(smooth):
    painted = torch.full((1, 3, 24, 32), 0.25)
    assert (smooth(painted, picture(6, 24, 32)) - painted).abs().max() < 1e-3
