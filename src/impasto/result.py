"""From pictures to a finished picture in one call."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, SupportsFloat, SupportsIndex

import torch

from impasto.checks import check_start
from impasto.choices import DEFAULT_DEVICE, DEFAULT_RECIPE, DEFAULT_SEED, ColorMode
from impasto.contracts import Image, Step
from impasto.declare import Recipe
from impasto.estimate import check_memory
from impasto.images.resize import resize
from impasto.images.write import encode_png, save_image
from impasto.job import Job, prepare
from impasto.run import run


@dataclass(frozen=True, eq=False)
class Result:
    """A finished picture that knows how it came about.

    `image` is (1, 3, h, w), sRGB in [0, 1], on the CPU. `losses` are the weighted terms of the loss
    of this picture, as the run saw them; `seconds` is the time the run took. `notes` are sentences
    about what the run met, such as a frame chosen or an early stop. `files` are those of its
    inputs, which `save` never replaces. Shows itself in a notebook.
    """

    image: Image
    recipe: Recipe
    losses: Mapping[str, float]
    seconds: float
    evaluations: int
    metadata: Mapping[str, Any]
    notes: tuple[str, ...] = ()
    alpha: torch.Tensor | None = None
    files: tuple[str, ...] = ()

    def save(self, path: str | PathLike[str]) -> tuple[str, ...]:
        """Write the picture with its recipe inside; the format follows the name.

        Returns sentences about what the format could not hold, mostly none.

        Raises:
            ImageError: it cannot be written there, or an input lies there.
        """
        return save_image(
            path, self.image, alpha=self.alpha, metadata=self.metadata, protect=self.files
        )

    def _repr_png_(self) -> bytes:
        return encode_png(self.image, alpha=self.alpha)

    def __repr__(self) -> str:
        h, w = self.image.shape[-2:]
        losses = ", ".join(f"{name} {value:.4g}" for name, value in self.losses.items())
        return f"<{self.recipe.name}: {w} x {h} in {self.seconds:.1f} s; {losses}>"


def finish(job: Job, steps: Iterable[Step], seconds_before: float = 0.0) -> Result:
    """Run the steps of a job to their end and keep the last picture.

    Raises:
        ValueError: there was no step.
    """
    began, last, notes = time.monotonic(), None, []
    for last in steps:
        if last.note:
            notes.append(f"evaluation {last.index}: {last.note}")
    if last is None:
        raise ValueError("the run made no step; expected at least one iteration")
    losses = {name: float(value) for name, value in last.losses.items()}
    seconds = seconds_before + time.monotonic() - began
    image = last.image.cpu()
    done = {"losses": losses, "evaluations": last.index, "seconds": round(seconds, 1)}
    return Result(
        image=image,
        recipe=job.recipe,
        losses=losses,
        seconds=seconds,
        evaluations=last.index,
        metadata={**job.describe(), **done},
        notes=(*job.notes, *notes),
        files=job.files,
        alpha=None if job.alpha is None else resize(job.alpha, (image.shape[-2], image.shape[-1])),
    )


def stylize(
    content: object,
    styles: object | Sequence[object] = (),
    *,
    recipe: str | Recipe = DEFAULT_RECIPE,
    color: ColorMode | None = None,
    style_weights: Iterable[SupportsFloat] | None = None,
    content_mask: object | None = None,
    style_masks: Sequence[object] | None = None,
    init_image: object | None = None,
    seed: SupportsIndex = DEFAULT_SEED,
    device: str | torch.device = DEFAULT_DEVICE,
    **settings: Any,
) -> Result:
    """Paint a photo in the style of a painting, or of several.

    Args:
        content: the photo: a path, a PIL image, a NumPy array (h, w, 3) or a tensor (3, h, w).
        styles: a painting, or a list of them, of the same kinds; none for a recipe that has learned
            its own.
        recipe: a name from `impasto recipes`, or a recipe.
        color: "as-is" (the painting's colors); "luminance": every place keeps the photo's color;
            "mean-covariance" or "histogram": the painting is first recolored like the photo, whose
            colors come back, but not each in its place; None: as the recipe says.
        style_weights: how much of each painting is wanted; only their ratios count.
        content_mask: regions of the photo: a picture, or several of them, one for each region, as
            a list or a tensor (k, 1, h, w); see `impasto.images.masks`.
        style_masks: the same regions in each painting.
        init_image: a picture to start from; without one, the setting `init` says from what.
        seed: of the noise, where the recipe starts from any.
        device: where to compute.
        settings: any setting of the recipe's method, such as `size=768` or `style_weight=30.0`.
            They are checked against the method's fields: a name that does not exist is an error.

    Raises:
        ValueError: a picture, a setting or a combination of them cannot be used, or the run does
            not fit into memory.
        TypeError: a setting or a picture has the wrong type.
    """
    check_start(settings, init_image)
    job = prepare(
        content,
        styles,
        recipe=recipe,
        settings=settings,
        color=color,
        style_weights=style_weights,
        content_mask=content_mask,
        style_masks=style_masks,
        init_image=init_image,
        seed=seed,
        device=device,
    )
    memory = check_memory(job)
    return finish(job, run(job.recipe, job.inputs, seed=job.seed, memory=memory))
