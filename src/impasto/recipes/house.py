"""Our own recipes: `draft`, `standard` and `best`.

What was tried, on which pairs, and what it looked like stands in docs/house_recipes.md.
"""

from dataclasses import replace

from impasto.declare import Knobs, Recipe
from impasto.methods.gatys_settings import Gatys
from impasto.recipes.terms import AFTER_RELU, CAFFE_BGR, GATYS_2016

KNOBS = Knobs(
    weights="VGG-16 of Simonyan and Zisserman, shipped",
    input_range="0 to 255",
    channels_and_mean=CAFFE_BGR,
    tap=AFTER_RELU,
    gram_divisor="C N, channels times positions",
    reduction="mean over the content's features and over each Gram matrix, no factor",
    total_variation="mean length of the gradient of pixels in [0, 1], squared where it is faint",
)

STANDARD = Gatys(
    size=512,  # what fits a screen, and the size that the literature shows
    iterations=(40, 30),  # layout and strokes at half size, detail at full size
    content_weight=5.0,  # neural-style's, which a decade of users settled on
    style_weight=150.0,  # more takes faces apart, less leaves blurred parts unpainted
    style_balance="relative",  # the best absolute weight is 16 times as high for pale paintings
    gram_divisor="CN",
    tv_weight=2e6,  # takes the grain and no brush stroke; the style loss is 5 % higher for it
    tv="isotropic",  # edges stay sharp, where a squared one strong enough for grain breaks them up
    init="recolored",  # the colors are right at once: no rainbow patches in flat skies
    parameterization="logits",  # in gamut all the time
    optimizer="lbfgs",
    tolerance=1e-3,  # under a thousandth in ten evaluations nobody sees a change any more
    patience=10,
)


def _house(name: str, method: Gatys, summary: str) -> Recipe:
    return Recipe(
        name,
        method,
        paper=GATYS_2016,
        summary=summary,
        source="chosen by eye and measured, see docs/house_recipes.md",
        knobs=KNOBS,
    )


HOUSE_RECIPES = (
    _house("standard", STANDARD, "a finished picture in under a minute; the default"),
    _house(
        "draft",
        # Eight evaluations leave more grain than thirty, so that more has to be taken.
        replace(STANDARD, iterations=(30, 8), tv_weight=6e6),
        "the same picture less worked out, in less than half of the time",
    ),
    _house(
        "best",
        # At a quarter of the size 20 are enough for larger strokes; with 60 a cat loses its nose.
        replace(STANDARD, iterations=(20, 60, 60), tolerance=0.0),
        "from a quarter of the size up: larger strokes, worked out longer",
    ),
)
