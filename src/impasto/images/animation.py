"""Time-lapses: how a picture came to be, as a GIF."""

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import PIL.Image
from torch import Tensor

from impasto.atomic import AnyPath
from impasto.images.destination import check_destination, replace_file
from impasto.images.picture import ImageError, check_image
from impasto.images.resize import resize, size_of
from impasto.images.write import to_pillow
from impasto.wording import printable

HOLD_SECONDS = 2.0
"""The finished picture stays this long, so that it can be looked at before it starts again."""

MIN_SECONDS = 0.02
"""Web browsers slow anything faster down to ten frames a second."""


def save_animation(
    path: AnyPath,
    frames: Sequence[Tensor],
    seconds_per_frame: float,
    *,
    protect: Iterable[AnyPath] = (),
) -> None:
    """Save images of shape (1, 3, h, w), sRGB in [0, 1], as an endless GIF.

    Frames are brought to the size of the last one, since a run grows from coarse to fine. The last
    one is held for HOLD_SECONDS.

    Raises:
        ImageError: there are no frames, one isn't an image, they are too fast, or the place can't
            be written to.
    """
    check_animation_output(path, protect)
    if not frames:
        raise ImageError(f"there are no frames for {printable(path)}; expected at least one")
    if not seconds_per_frame >= MIN_SECONDS:
        raise ImageError(
            f"frames last {seconds_per_frame} seconds; expected at least {MIN_SECONDS}, the "
            "fastest that is shown everywhere"
        )
    size = size_of(check_image(frames[-1], "the last frame"))
    indexed = [_with_palette(resize(check_image(frame, "a frame"), size)) for frame in frames]
    shown = [seconds_per_frame] * (len(indexed) - 1) + [max(HOLD_SECONDS, seconds_per_frame)]
    buffer = io.BytesIO()
    indexed[0].save(
        buffer,
        "GIF",
        save_all=True,
        append_images=indexed[1:],
        duration=[round(1000 * seconds) for seconds in shown],
        loop=0,
    )
    replace_file(path, buffer.getvalue())


def check_animation_output(path: AnyPath, protect: Iterable[AnyPath] = ()) -> None:
    """Refuse what `save_animation` would refuse, before hours of work are spent.

    Raises:
        ImageError: the suffix isn't .gif, or the place can't be written to or is an input.
    """
    if Path(path).suffix.lower() != ".gif":
        raise ImageError(
            f"{printable(path)} is no name for an animation; expected one that ends in .gif; "
            "rename it"
        )
    check_destination(path, protect)


def _with_palette(frame: Tensor) -> PIL.Image.Image:
    """Choose 256 colors for this frame alone, by median cut, without dithering.

    One palette for all frames loses the rare colors (the yellow stars of a blue night), and
    dithering flickers where the picture stands still.
    """
    return to_pillow(frame).quantize(256, PIL.Image.Quantize.MEDIANCUT)
