"""How far the Gram matrices are from the painting's."""

from impasto.contracts import Image
from impasto.evaluation.views import style_for
from impasto.evaluation.vision import features
from impasto.features.statistics import moments


def gram_distance(output: Image, content: Image, style: Image, *, layer: str) -> float:
    """Return ‖G - A‖² / ‖A‖² at a layer of VGG-16; 0 for the painting's own statistics.

    G and A are F Fᵀ / N of output and painting.
    Paper: Gatys, Ecker and Bethge, CVPR 2016, eq. 3 and 4, relative to the painting, so that sizes
    and layers can be compared.

    Raises:
        ValueError: a side is too short for the layer.
    """
    there = moments(features(style_for(output, style), layer)).second
    here = moments(features(output, layer)).second
    return ((here - there).square().sum() / there.square().sum()).item()
