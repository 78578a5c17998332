"""What the published systems start from, and how large they make their pictures."""

import pytest
import torch
from narrow import narrow_weights, noise
from systems import SYSTEMS

from impasto.contracts import Inputs, Style
from impasto.methods.gatys import plan_scales, style_size
from impasto.methods.gatys_start import start_picture
from impasto.recipes import PUBLISHED_RECIPES, RECIPES

PHOTO, PAINTING = noise(64, 80, seed=2), noise(48, 64, seed=4)

# Standard deviation of the noise in the system's own numbers.
NOISE = {
    "gatys-2016": 1.0,
    "neural-style-2015": 0.001,
    "neural-style-2015-multiscale": 0.001,
    "slow-neural-style-2016": 1.0,
    "neural-style-pt-2018": 0.001,
    "anishathalye-2015": 0.256,
}


def start_of(recipe):
    inputs = Inputs(PHOTO, (Style(PAINTING),))
    rng = torch.Generator().manual_seed(0)
    start = start_picture(recipe.method, inputs, (64, 80), rng)
    system = SYSTEMS[recipe.name](PHOTO, [(PHOTO, 1.0)], narrow_weights(recipe))
    return system.numbers(start), system.numbers(PHOTO)


def test_start(recipe):
    start, photo = start_of(recipe)
    if recipe.name in NOISE:
        spread = NOISE[recipe.name]
        assert start.std(dim=(2, 3)) == pytest.approx(spread, rel=0.05)
        # 0 is the mean color; Johnson divides it by 256, see the recipe's departures.
        off = 0.5 if "256" in recipe.knobs.input_range else 0.0
        assert start.mean(dim=(2, 3)).abs().max() < off + 5 * spread / 80
    elif recipe.name == "cs20si-2017":
        uniform = (start - 0.4 * photo) / 0.6
        assert uniform.min() == pytest.approx(-20, abs=0.1)
        assert uniform.max() == pytest.approx(20, abs=0.1)
        assert uniform.std() == pytest.approx(20 / 3**0.5, rel=0.05)
    else:
        torch.testing.assert_close(start, photo)


# A photo of 600 x 800 (h, w) and a painting of 1000 x 700: the scales (h, w), the evaluations of
# each, and the painting at each.
SIZES = {
    "gatys-2016": [((384, 512), 500, (512, 358))],
    "gatys-2016-notebook": [((512, 683), 520, (731, 512))],
    "gatys-2016-notebook-large": [
        ((512, 683), 520, (731, 512)),
        ((800, 1067), 220, (1143, 800)),
    ],
    # As large as squares of 512 and 1024 pixels: 443 · 591 = 512², 612 · 428 = 512².
    "gatys-2017": [((443, 591), 500, (612, 428)), ((887, 1182), 200, (1000, 700))],
    "neural-style-2015": [((384, 512), 1000, (512, 358))],
    "neural-style-2015-multiscale": [
        ((192, 256), 1000, (256, 179)),
        ((384, 512), 500, (512, 358)),
        ((768, 1024), 200, (1024, 717)),
        ((1536, 2048), 100, (2048, 1434)),
    ],
    "slow-neural-style-2016": [((384, 512), 500, (512, 358))],
    "neural-style-pt-2018": [((384, 512), 1000, (512, 358))],
    "anishathalye-2015": [((384, 512), 1000, (731, 512))],
    "crowsonkb-2021": [
        ((96, 128), 1000, (128, 90)),
        ((136, 181), 500, (181, 127)),
        ((192, 256), 500, (256, 179)),
        ((272, 362), 500, (362, 253)),
        ((384, 512), 500, (512, 358)),
    ],
    "titu1994-2016": [((400, 533), 210, (400, 533))],
    "titu1994-2016-inetwork": [((400, 533), 210, (400, 533))],
    "keras-2017": [((400, 533), 420, (400, 533))],
    "keras-2021": [((400, 533), 4000, (400, 533))],
    "tensorflow-2019": [((384, 512), 1000, (512, 358))],
    "cs20si-2017": [((500, 666), 300, (666, 466))],
    "udacity-2018": [((400, 533), 2000, (400, 533))],
    "symoon94-2018": [((96, 128), 320, (96, 128))],
    "pystiche-2020": [((500, 667), 500, (714, 500))],
}


def test_sizes(recipe):
    photo, painting = torch.zeros(1, 3, 600, 800), torch.zeros(1, 3, 1000, 700)
    method = recipe.method
    scales = plan_scales(method, Inputs(photo, (Style(painting),)))
    last = scales[-1][0][0]
    found = [
        (size, evaluations, style_size(method, painting, size, size[0] / last))
        for size, evaluations in scales
    ]
    for ours, theirs in zip(found, SIZES[recipe.name], strict=True):
        assert ours[1] == theirs[1]
        # Rounding a side differently moves it by a pixel.
        assert ours[0] == pytest.approx(theirs[0], abs=1)
        assert ours[2] == pytest.approx(theirs[2], abs=1)


def test_every_recipe_has_its_sizes():
    assert {recipe.name for recipe in PUBLISHED_RECIPES} == SIZES.keys()
    assert RECIPES.keys() > SIZES.keys()
