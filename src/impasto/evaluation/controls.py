"""What nobody worked for: three pictures that stand in every table beside those of the methods.

A number means something only between them. The photo as it is has all of the content and no style;
the painting itself has all of the style and no content; and a photo in the painting's colors shows
how much of a style score is color alone.
"""

from collections.abc import Callable

from impasto.contracts import Image
from impasto.evaluation.metric import Subject
from impasto.evaluation.table import CONTROLS
from impasto.images.color_transfer import match_histogram


def _photo(photo: Image, painting: Image) -> Image:
    return photo


def _painting(photo: Image, painting: Image) -> Image:
    return painting


CONTROL_PICTURES: dict[str, Callable[[Image, Image], Image]] = dict(
    zip(CONTROLS, (_photo, _painting, match_histogram), strict=True)
)
"""From photo and painting, both at the size of the results, to the picture of each control.

Of the three transfers in `impasto.images.color_transfer` the histogram is the hardest control to be
ahead of: it brings over the whole distribution of each channel, where the others bring mean and
covariance, or no color at all, and so it comes nearest to the painting in ΔE.
"""

IDENTICAL: dict[str, Subject] = {CONTROLS[0]: "content", CONTROLS[1]: "style"}
"""The controls that are the very picture with which some metrics compare; those have their ideal
number there."""
