"""Whose colors the result has: the painting's, or the photo's in one of three ways.

Works for every method alike, because it happens outside of the method: the inputs are recolored
before the run and the result after it.

- "as-is": the painting's colors come along with its strokes.
- "luminance": the run sees and paints in gray; the photo's chroma is laid over it.
- "mean-covariance": the painting gets the mean and the covariance of the photo's colors.
- "histogram": the painting gets the photo's histograms, channel by channel.

Where a network has learned its painting, and there is none to recolor, the result is.

Paper: Gatys, Bethge, Hertzmann and Shechtman, "Preserving Color in Neural Artistic Style Transfer",
2016; again in Gatys et al., "Controlling Perceptual Factors in Neural Style Transfer", CVPR 2017.
The histogram is Gonzalez and Woods, "Digital Image Processing", histogram specification.
"""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from impasto.choices import ColorMode
from impasto.errors import ImpastoError
from impasto.images.color import luma_601, srgb_to_yiq, yiq_to_srgb
from impasto.images.resize import resize, size_of

# Content, style and result differ in size, so each has names of its own for height and width.
Content = Float[Tensor, "1 3 content_h content_w"]
Style = Float[Tensor, "1 3 style_h style_w"]
Result = Float[Tensor, "1 3 h w"]

RECOLORING: tuple[ColorMode, ...] = ("mean-covariance", "histogram")
"""The modes that do nothing but recolor the painting."""

_ROUNDING_VARIANCE = 1 / (12 * 255**2)
"""The variance of rounding to 8 bits: a direction in which colors vary less isn't a color."""

_LEVELS = 2**16
"""Values of a histogram, those of files of 8 and of 16 bits among them: counting them takes neither
the time nor the memory that sorting the pixels of a large picture does."""

_LEAVING = 0.01
"""Share of a painting's darkest and brightest positions that may be clamped: glints and specks."""
_TINY = 1e-12


def prepare_content(mode: ColorMode, content: Content) -> Content:
    """Return the content as the run is to see it: gray in the mode "luminance"."""
    return _grey(luma_601(content)) if mode == "luminance" else content


def prepare_style(mode: ColorMode, content: Content, style: Style) -> Style:
    """Return the style as the run is to see it: recolored to the content's colors, in [0, 1].

    Raises:
        ValueError: the mode is none of the four.
    """
    match mode:
        case "as-is":
            return style
        case "luminance":
            return _grey(match_mean_deviation(luma_601(style), luma_601(content)))
        case "mean-covariance":
            return match_mean_covariance(style, content)
        case "histogram":
            return match_histogram(style, content)
    raise ImpastoError(
        f"the color mode is {mode!r}; expected 'as-is', 'luminance', 'mean-covariance' or "
        "'histogram'"
    )


def finish(mode: ColorMode, content: Content, result: Result) -> Result:
    """Return the result as the user is to see it, in [0, 1].

    In the mode "luminance" the content's chroma goes under the result's luma. A content of the
    result's size saves resizing it each time.
    """
    if mode != "luminance":
        return result
    return with_chroma(luma_601(result), resize(content, size_of(result)))


def match_mean_deviation(
    luma: Float[Tensor, "1 1 style_h style_w"], reference: Float[Tensor, "1 1 content_h content_w"]
) -> Float[Tensor, "1 1 style_h style_w"]:
    """Shift and scale luma to the mean and standard deviation of another, in [0, 1].

    Paper: Gatys et al. 2016, luminance-only transfer: L' = (sigma_C / sigma_S)(L - mu_S) + mu_C.
    Differs: scales less where more than the darkest and brightest hundredth would leave [0, 1].
    Clamped, they would be strokes no more but bare black and white, and so would the result.
    """
    deviation = luma.std(correction=0)
    if deviation**2 <= _ROUNDING_VARIANCE:
        return (luma - luma.mean() + reference.mean()).clamp(0, 1)
    mean, centered = reference.mean(), luma - luma.mean()
    low, high = np.quantile(centered.cpu().numpy(), (_LEAVING, 1 - _LEAVING))
    room = min(mean / max(-low, _TINY), (1 - mean) / max(high, _TINY))
    scale = torch.minimum(reference.std(correction=0) / deviation, room)
    return (scale * centered + mean).clamp(0, 1)


def match_mean_covariance(image: Style, reference: Content) -> Style:
    """Give an image the mean and covariance of another's colors, clamped to [0, 1].

    Paper: Gatys et al. 2016, x' = A(x - mu_S) + mu_C with A = Sigma_C^1/2 Sigma_S^-1/2, the choice
    of "Image Analogies" (Hertzmann et al. 2001).
    Differs: directions in which the image has no more variance than rounding are left alone instead
    of being divided by zero, so that gray and plain images stay what they are, in the new colors.
    """
    mean, covariance = _statistics(image)
    new_mean, new_covariance = _statistics(reference)
    matrix = _power(new_covariance, 0.5) @ _power(covariance, -0.5)
    centered = image - mean.to(image)[:, None, None]
    recolored = torch.einsum("rc,nchw->nrhw", matrix.to(image), centered)
    return (recolored + new_mean.to(image)[:, None, None]).clamp(0, 1)


def match_histogram(
    image: Style,
    reference: Content,
    mask: Float[Tensor, "1 1 style_h style_w"] | None = None,
    reference_mask: Float[Tensor, "1 1 content_h content_w"] | None = None,
) -> Style:
    """Give each channel of an image the histogram of another's.

    A value goes where the same share of the reference lies below it. The share counts half of the
    pixels that have the value itself, so that a plain image becomes the median, not the maximum.
    A pixel counts as much as its mask says, if there is one; every pixel is changed nevertheless.
    Values are counted in 65,536 levels.
    """
    channels = [
        _match_values(values, wanted, mask, reference_mask)
        for values, wanted in zip(image[0], reference[0], strict=True)
    ]
    return torch.stack(channels)[None]


def with_chroma(luma: Float[Tensor, "1 1 h w"], image: Result) -> Result:
    """Lay an image's chroma over luma, in [0, 1].

    Where sRGB has no such color it is made paler until there is one: hue and luma stay.
    """
    chroma = yiq_to_srgb(srgb_to_yiq(image) * torch.tensor([0.0, 1, 1]).to(image)[:, None, None])
    room = torch.where(chroma > 0, 1 - luma, luma) / chroma.abs().clamp(min=1e-12)
    strength = room.amin(dim=1, keepdim=True).clamp(0, 1)
    return (luma + strength * chroma).clamp(0, 1)


def _grey(luma: Float[Tensor, "1 1 h w"]) -> Float[Tensor, "1 3 h w"]:
    return luma.clamp(0, 1).expand(1, 3, -1, -1).contiguous()


def _statistics(image: Float[Tensor, "1 3 _ _"]) -> tuple[Tensor, Tensor]:
    """Return mean (3,) and covariance (3, 3) of the colors, on the CPU in float64."""
    colors = image[0].flatten(1)
    mean = colors.mean(dim=1, keepdim=True)
    centered = colors - mean
    covariance = centered @ centered.T / colors.shape[1]
    return mean[:, 0].cpu().double(), covariance.cpu().double()


def _power(covariance: Tensor, exponent: float) -> Tensor:
    """Raise a symmetric matrix to a power, on the directions that hold any color."""
    variances, directions = torch.linalg.eigh(covariance)
    colored = variances > _ROUNDING_VARIANCE
    powers = torch.where(colored, variances.clamp(min=_ROUNDING_VARIANCE) ** exponent, 0)
    return directions * powers @ directions.T


def _match_values(
    values: Tensor, wanted: Tensor, weights: Tensor | None, wanted_weights: Tensor | None
) -> Tensor:
    places, counts = _histogram(values, weights)
    there = (wanted_counts := _histogram(wanted, wanted_weights)[1]) > 0
    levels = np.flatnonzero(there) / (_LEVELS - 1)
    matched = np.interp(_midranks(counts), _midranks(wanted_counts[there]), levels)
    return torch.from_numpy(matched).to(values)[places].view_as(values)


def _histogram(values: Tensor, weights: Tensor | None) -> tuple[Tensor, np.ndarray]:
    """Return the level of each value, and what each level weighs."""
    places = (values.flatten() * (_LEVELS - 1)).round_().clamp_(0, _LEVELS - 1).int()
    own = None if weights is None else weights.flatten().double()
    return places, torch.bincount(places, own, minlength=_LEVELS).cpu().numpy()


def _midranks(counts: np.ndarray) -> np.ndarray:
    """Return the share of pixels below each level, and half of those that have it."""
    return (counts.cumsum() - counts / 2) / counts.sum()
