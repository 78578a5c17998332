"""Our own recipes."""

from impasto.contracts import Knobs, Recipe
from impasto.methods.gatys import Gatys

HOUSE_RECIPES = (
    Recipe(
        name="standard",
        method=Gatys(),
        paper="Gatys, Ecker and Bethge, CVPR 2016",
        summary="from the photo, in gamut, with our L-BFGS",
        source="ours",
        knobs=Knobs(
            weights="VGG-16 of Simonyan and Zisserman (Caffe), shipped",
            input_range="0 to 255",
            channels_and_mean="BGR, minus 103.939, 116.779, 123.68",
            tap="after the ReLU",
            gram_divisor="C N",
            reduction="mean of content and of Gram matrices, no factor",
            total_variation="none",
        ),
    ),
)
