from pathlib import Path

import torch

from impasto import load_image
from impasto.evaluation.catalog import METRICS
from impasto.evaluation.controls import CONTROL_PICTURES
from impasto.evaluation.table import CONTROLS
from impasto.images.color_transfer import match_mean_covariance
from impasto.images.resize import fit, resize, size_of

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_controls_are_the_rows_of_every_table(photo, painting):
    assert tuple(CONTROL_PICTURES) == CONTROLS
    pictures = {name: make(photo, painting) for name, make in CONTROL_PICTURES.items()}
    assert torch.equal(pictures["content unchanged"], photo)
    assert torch.equal(pictures["style unchanged"], painting)


def test_color_transfer_keeps_the_photo_and_takes_the_colors(photo, painting):
    made = CONTROL_PICTURES["color transfer only"](photo, painting)
    scores = {
        name: [METRICS[name](image, photo, painting) for image in (photo, made)]
        for name in ("ssim", "color")
    }
    assert made.shape == photo.shape
    assert scores["ssim"][1] > 0.3
    assert scores["color"][1] < 0.7 * scores["color"][0]


def test_it_is_the_hardest_of_the_color_transfers():
    """The reason for the histogram: on colors it is ahead of mean and covariance."""
    for names in (("cat", "starry_night"), ("coffee", "great_wave"), ("skyline", "whalers")):
        photo, painting = (load_image(EXAMPLES / f"{name}.jpg") for name in names)
        photo, painting = (resize(each, fit(size_of(each), 96)) for each in (photo, painting))
        histogram = CONTROL_PICTURES["color transfer only"](photo, painting)
        moments = match_mean_covariance(photo, painting)
        color = METRICS["color"]
        assert color(histogram, photo, painting) < color(moments, photo, painting)
