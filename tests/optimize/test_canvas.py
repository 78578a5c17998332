"""In which numbers a picture is written."""

import pytest
import torch

from impasto.optimize.canvas import MARGIN, Canvas, noise_image

KINDS = ("logits", "clamped", "pixels", "normalized")
IMAGE = torch.linspace(MARGIN, 1 - MARGIN, 3 * 4 * 5).view(1, 3, 4, 5)


@pytest.mark.parametrize("pixel_range", [1.0, 255.0])
@pytest.mark.parametrize("kind", KINDS)
def test_an_image_comes_back(kind, pixel_range):
    canvas = Canvas(kind, pixel_range)
    torch.testing.assert_close(canvas.image(canvas.parameters(IMAGE)), IMAGE, rtol=0, atol=1e-6)


def test_logits_never_leave_the_gamut_and_keep_their_distance_at_the_start():
    canvas = Canvas("logits", 1.0)
    wild = canvas.image(torch.linspace(-50, 50, 60).view(1, 3, 4, 5))
    assert wild.min() >= 0
    assert wild.max() <= 1
    black_and_white = torch.tensor([0.0, 1.0]).view(1, 1, 1, 2).expand(1, 3, 1, 2)
    start = canvas.image(canvas.parameters(black_and_white))
    assert start[0, 0, 0].tolist() == pytest.approx([MARGIN, 1 - MARGIN])
    assert canvas.parameters(black_and_white).isfinite().all()


def test_pixels_are_written_in_their_range():
    white = torch.ones(1, 3, 2, 2)
    assert Canvas("pixels", 255.0).parameters(white).unique().item() == 255
    assert Canvas("clamped", 255.0).parameters(white).unique().item() == 255


def test_normalized_is_the_distance_from_imagenets_mean_in_its_deviations():
    white = torch.ones(1, 3, 1, 1)
    expected = [(1 - 0.485) / 0.229, (1 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    assert Canvas("normalized", 1.0).parameters(white).flatten().tolist() == pytest.approx(expected)


@pytest.mark.parametrize("kind", KINDS)
def test_only_clamped_is_put_back_into_the_gamut(kind):
    outside = torch.tensor([-30.0, 100.0, 300.0]).view(1, 3, 1, 1)
    expected = [0.0, 100.0, 255.0] if kind == "clamped" else [-30.0, 100.0, 300.0]
    assert Canvas(kind, 255.0).project(outside).flatten().tolist() == expected


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_comes_through(kind):
    canvas = Canvas(kind, 255.0)
    parameters = canvas.parameters(IMAGE).requires_grad_()
    canvas.image(parameters).sum().backward()
    assert parameters.grad is not None
    assert (parameters.grad > 0).all()


def test_logits_have_the_gradient_of_torchs_sigmoid_and_keep_no_image():
    logits = Canvas("logits", 1.0).parameters(IMAGE).requires_grad_()
    weights = torch.linspace(-1, 1, IMAGE.numel()).view(IMAGE.shape)
    found, expected = Canvas("logits", 1.0).image(logits), logits.sigmoid()
    assert torch.equal(found, expected)
    (kept,) = found.grad_fn.saved_tensors
    assert kept.data_ptr() == logits.data_ptr()
    gradients = [torch.autograd.grad(each, logits, weights)[0] for each in (found, expected)]
    assert torch.equal(*gradients)


@pytest.mark.parametrize(("kind", "deviation"), [("normal", 0.1), ("uniform", 0.1 / 3**0.5)])
def test_noise_lies_around_the_mean_color(kind, deviation):
    noise = noise_image((64, 80), kind=kind, spread=0.1, rng=torch.Generator().manual_seed(3))
    assert noise.shape == (1, 3, 64, 80)
    mean = torch.tensor([123.68, 116.779, 103.939]) / 255
    assert torch.allclose(noise.mean(dim=(0, 2, 3)), mean, atol=0.005)
    assert noise.std(dim=(0, 2, 3)).tolist() == pytest.approx([deviation] * 3, rel=0.05)
    if kind == "uniform":
        assert (noise - mean.view(1, 3, 1, 1)).abs().max() <= 0.1 + 1e-6


def test_a_seed_draws_the_same_noise():
    one, two, other = (
        noise_image((4, 4), kind="normal", spread=0.1, rng=torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
