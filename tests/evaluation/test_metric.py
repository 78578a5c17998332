"""What every metric must pass, and what a metric refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from impasto.evaluation import METRICS, Metric
from impasto.images.picture import ImageError


def noise(seed, h, w):
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(1, 3, h, w, generator=rng)


def clouds(seed, h, w):
    return ((F.avg_pool2d(noise(seed, h + 8, w + 8), 9, stride=1) - 0.5) * 4 + 0.5).clamp(0, 1)


CONTENT, STYLE = clouds(1, 200, 240), noise(2, 180, 200) * torch.tensor([1, 0.6, 0.2]).view(3, 1, 1)
OUTPUT = (0.6 * clouds(1, 176, 192) + 0.4 * noise(3, 176, 192)).clamp(0, 1)


def numbers(output, content, style):
    """Every metric's number: all of one picture after the other, so that it is looked at once."""
    return {name: metric(output, content, style) for name, metric in METRICS.items()}


@pytest.fixture(scope="module")
def found():
    return numbers(OUTPUT, CONTENT, STYLE)


def of(subject, some):
    return {name: number for name, number in some.items() if METRICS[name].subject == subject}


@pytest.mark.parametrize("picture", [CONTENT, STYLE], ids=["soft", "rough"])
def test_the_ideal_is_the_photo_or_the_painting_itself(picture):
    for name, number in numbers(picture, picture, picture).items():
        assert number == pytest.approx(METRICS[name].ideal, abs=1e-6), name


def test_nothing_is_better_than_the_ideal(found):
    for name, number in found.items():
        assert METRICS[name].is_better(METRICS[name].ideal, number), name


@pytest.mark.parametrize("output", [1 - OUTPUT, OUTPUT.round()], ids=["reversed", "posterized"])
def test_numbers_stay_within_their_bounds(output):
    for name, number in numbers(output, CONTENT, STYLE).items():
        low, high = METRICS[name].bounds
        assert low <= number <= high and low <= METRICS[name].ideal <= high, name


def test_each_looks_at_its_subject_only(found):
    other_style = numbers(OUTPUT, CONTENT, CONTENT)
    other_content = numbers(OUTPUT, STYLE, STYLE)
    assert of("content", other_style) == of("content", found)
    assert of("style", other_content) == of("style", found)
    for name, number in found.items():
        other = other_content if METRICS[name].subject == "content" else other_style
        assert other[name] != number, name


def test_nothing_old_is_remembered_of_a_picture_changed_in_place(found):
    output = 1 - OUTPUT
    numbers(output, CONTENT, STYLE)
    output.copy_(OUTPUT)
    assert numbers(output, CONTENT, STYLE) == found


def test_pictures_are_not_changed():
    pictures = [OUTPUT.clone(), CONTENT.clone(), STYLE.clone()]
    numbers(*pictures)
    for picture, kept in zip(pictures, (OUTPUT, CONTENT, STYLE), strict=True):
        assert torch.equal(picture, kept)


TINY = noise(6, 1, 1), noise(6, 15, 15), noise(7, 1, 90), noise(7, 31, 40)
PLAIN = [torch.full((1, 3, 178, 180), value) for value in (0.0, 1 / 3)]


@pytest.mark.parametrize("odd", [*TINY, *PLAIN], ids=lambda odd: f"{odd.shape[3]} x {odd.shape[2]}")
def test_odd_pictures_have_a_number_or_a_sentence(odd):
    for pictures in ((odd, CONTENT, STYLE), (OUTPUT, odd, odd), (odd, odd, odd)):
        for name, metric in METRICS.items():
            try:
                assert math.isfinite(metric(*pictures)), name
            except ValueError as refusal:
                sentence = str(refusal)
                assert "expected" in sentence and "\n" not in sentence, name
                assert sentence.count(";") == 2, name  # what was got; what was expected; what to do


# What is refused


def always(value):
    return Metric("test", lambda *_: value, "style", "lower", 0.0, "a test", "-")


GOOD = torch.full((1, 3, 8, 8), 0.5)
NONSENSE = {
    "an array": (np.zeros((8, 8, 3)), r"is a ndarray; expected a tensor"),
    "nothing": (None, r"is a NoneType; expected a tensor"),
    "a file's name": ("photo.jpg", r"is a str; expected a tensor .*; impasto.load_image"),
    "three dimensions": (GOOD[0], r"has the shape \(3, 8, 8\)"),
    "two pictures": (GOOD.expand(2, 3, 8, 8), r"has the shape \(2, 3, 8, 8\)"),
    "gray": (GOOD[:, :1], r"has the shape \(1, 1, 8, 8\)"),
    "bytes": (
        (GOOD * 255).to(torch.uint8),
        r"has the shape .* holds torch.uint8; expected",
    ),
    "no pixels": (GOOD[..., :0], r"has no pixels"),
    "NaN": (torch.full((1, 3, 8, 8), math.nan), r"holds NaN"),
    "infinity": (torch.full((1, 3, 8, 8), math.inf), r"holds NaN or infinite"),
    "0 to 255": (GOOD * 255, r"holds values from 127.5 to 127.5; expected them in \[0, 1\]"),
    "below zero": (GOOD - 1, r"holds values from -0.5"),
}


@pytest.mark.parametrize("place", [0, 1, 2], ids=["output", "content", "style"])
@pytest.mark.parametrize(("picture", "sentence"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_is_refused_in_a_sentence(picture, sentence, place):
    pictures = [GOOD, GOOD, GOOD]
    pictures[place] = picture
    name = ("output", "content", "style")[place]
    with pytest.raises(ImageError, match=f"^the {name} {sentence}"):
        always(1.0)(*pictures)


def test_every_metric_checks_its_pictures():
    for metric in METRICS.values():
        with pytest.raises(ImageError, match="the output holds NaN"):
            metric(OUTPUT * math.nan, CONTENT, STYLE)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match=r"test is -?(nan|inf) for these .* expected a finite"):
        always(value)(GOOD, GOOD, GOOD)


def test_any_float_is_taken():
    seen = []
    spy = replace(always(0), measure=lambda *pictures: seen.extend(pictures) or 0.0)
    spy(GOOD.double(), GOOD.half(), GOOD.requires_grad_())
    assert all(image.dtype == torch.float32 and not image.requires_grad for image in seen)


# The list


def test_each_says_what_it_is():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.summary and metric.paper and metric.blind


def test_what_is_made_with_other_weights_has_another_name():
    assert not {"fid", "sifid", "kid", "lpips", "dists", "artfid"} & set(METRICS)


def test_better_is_better():
    assert METRICS["ssim"].is_better(0.9, 0.8) and not METRICS["ssim"].is_better(0.8, 0.8)
    assert METRICS["color"].is_better(1, 2) and not METRICS["color"].is_better(2, 1)
