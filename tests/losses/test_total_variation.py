"""Every form of total variation against loops over pixels."""

from itertools import pairwise

import pytest
import torch

from impasto.losses.total_variation import FAINT, total_variation

H, W = 5, 7
FORMS = ("l1", "isotropic", "l2", "l2-mean", "power", "nine-point")
DEGREES = {"l1": 1, "l2": 2, "l2-mean": 2, "power": 2.5, "nine-point": 2}


@pytest.fixture
def image():
    return torch.rand(1, 3, H, W, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


def loops(image, form):
    at = image[0].tolist()
    rows = [row for plane in at for row in plane]
    columns = [list(column) for plane in at for column in zip(*plane, strict=True)]
    all_dx = [after - before for row in rows for before, after in pairwise(row)]
    all_dy = [after - before for column in columns for before, after in pairwise(column)]
    inner = [
        (at[c][y][x + 1] - at[c][y][x]) ** 2 + (at[c][y + 1][x] - at[c][y][x]) ** 2
        for c in range(3)
        for y in range(H - 1)
        for x in range(W - 1)
    ]
    if form == "l1":
        return sum(map(abs, all_dx)) + sum(map(abs, all_dy))
    if form == "isotropic":
        return sum((s + FAINT**2) ** 0.5 - FAINT for s in inner) / len(inner)
    if form == "l2":
        return sum(inner) / 2
    if form == "l2-mean":
        return sum(d * d for d in all_dx) / len(all_dx) + sum(d * d for d in all_dy) / len(all_dy)
    if form == "power":
        return sum(s**1.25 for s in inner)
    return nine_point(at)


def nine_point(at):
    def pixel(c, y, x):
        """The border goes on for ever."""
        return at[c][min(max(y, 0), H - 1)][min(max(x, 0), W - 1)]

    def mean(values):
        values = list(values)
        return sum(values) / len(values)

    inside = [(c, y, x) for c in range(3) for y in range(H) for x in range(W)]
    corners = [(c, y, x) for c in range(3) for y in range(H + 1) for x in range(W + 1)]
    right = mean((pixel(c, y, x + 1) - pixel(c, y, x)) ** 2 for c, y, x in inside)
    down = mean((pixel(c, y + 1, x) - pixel(c, y, x)) ** 2 for c, y, x in inside)
    falling = mean((pixel(c, y, x) - pixel(c, y - 1, x - 1)) ** 2 for c, y, x in corners)
    rising = mean((pixel(c, y, x - 1) - pixel(c, y - 1, x)) ** 2 for c, y, x in corners)
    return 2 * (right / 3 + down / 3 + falling / 12 + rising / 12)


@pytest.mark.parametrize("form", FORMS)
def test_agrees_with_loops(image, form):
    assert total_variation(image, form).item() == pytest.approx(loops(image, form), rel=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_a_constant_image_has_none_and_no_gradient(form):
    image = torch.full((1, 3, H, W), 0.3, requires_grad=True)
    roughness = total_variation(image, form)
    (gradient,) = torch.autograd.grad(roughness, image)
    assert roughness == 0
    assert (gradient == 0).all()


@pytest.mark.parametrize("form", DEGREES)
def test_scales_with_its_degree(image, form):
    """What recipes rely on that measure pixels in [0, 255]."""
    wide = total_variation(255 * image, form)
    torch.testing.assert_close(wide, 255 ** DEGREES[form] * total_variation(image, form))


def test_isotropic_squares_what_is_faint_and_measures_what_is_not(image):
    """An edge of one column costs its height, less FAINT, or its halved square if it is faint."""

    def edge(height):
        picture = torch.zeros_like(image)
        picture[..., 3:] = height
        return total_variation(picture, "isotropic").item() * (W - 1)  # one column of W - 1

    assert edge(FAINT / 100) == pytest.approx((FAINT / 100) ** 2 / (2 * FAINT), rel=1e-4)
    assert edge(100 * FAINT) == pytest.approx(99 * FAINT, rel=1e-4)
