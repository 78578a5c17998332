"""How far the Gram matrices are from the painting's."""

from impasto.contracts import Image
from impasto.evaluation.views import with_style
from impasto.evaluation.vision import moments
from impasto.networks.vgg import stride


def gram_distance(output: Image, content: Image, style: Image, *, layer: str) -> float:
    """Return ‖G - A‖² / ‖A‖² at a layer of VGG-16; 0 for the painting's own statistics.

    G and A are F Fᵀ / N of output and painting.
    Paper: Gatys, Ecker and Bethge, CVPR 2016, eq. 3 and 4, relative to the painting, so that sizes
    and layers can be compared.

    Raises:
        ImageError: a side is too short for the layer.
    """
    pictures = with_style(output, style, stride(layer))
    here, there = (moments(image, layer).second for image in pictures)
    return ((here - there).square().sum() / there.square().sum()).item()
