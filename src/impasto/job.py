"""A run that is ready to start: its recipe with all settings, its pictures, and their origin.

The command line, the Python API, `resume` and `rerun` all begin here.
"""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from importlib.metadata import version
from typing import Any

import torch

from impasto.contracts import ColorMode, Inputs, Masks, Recipe, Style
from impasto.images.masks import read_regions
from impasto.images.picture import Picture, check_side
from impasto.images.read import as_picture
from impasto.networks.precision import network_dtype
from impasto.recipes import RECIPES
from impasto.registry import build_method
from impasto.run import check_inputs
from impasto.weights.store import available


@dataclass(frozen=True)
class Source:
    """A picture that a run was given: its part ("content", "style", ...), name and SHA-256."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Job:
    """Everything that decides the result. `notes` are sentences for the user."""

    recipe: Recipe
    inputs: Inputs
    seed: int
    sources: tuple[Source, ...]
    alpha: torch.Tensor | None = None
    notes: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Return what is stored with the picture: enough to make it again."""
        return {
            "recipe": self.recipe.name,
            "method": self.recipe.method.name,
            "settings": asdict(self.recipe.method),  # type: ignore[call-overload]
            "color": self.recipe.color,
            "seed": self.seed,
            "style_weights": [style.weight for style in self.inputs.styles],
            "inputs": [asdict(source) for source in self.sources],
            "versions": {
                "impasto": version("impasto"),
                "torch": torch.__version__,
                "python": platform.python_version(),
            },
            "machine": self._machine(),
        }

    def _machine(self) -> dict[str, Any]:
        """Return what the last bits of the result depend on, besides versions."""
        device = self.inputs.content.device
        machine = {"device": device.type, "threads": torch.get_num_threads()}
        precision = getattr(self.recipe.method, "precision", None)
        if precision is not None:
            machine["precision"] = str(network_dtype(precision, device)).removeprefix("torch.")
        return machine


def find_recipe(name: str) -> Recipe:
    """Return a recipe by name.

    Raises:
        ValueError: there is no such recipe; the message names the nearest and lists all.
    """
    if name in RECIPES:
        return RECIPES[name]
    family = [known for known in RECIPES if name.split("-")[0] in known]
    near = family or get_close_matches(name, RECIPES, cutoff=0.5) or list(RECIPES)
    raise ValueError(
        f"{name!r} is not a recipe; expected one of {', '.join(near)}: see `impasto recipes`"
    )


def configure(
    recipe: Recipe, settings: Mapping[str, Any] | None = None, color: ColorMode | None = None
) -> tuple[Recipe, tuple[str, ...]]:
    """Change a recipe's settings, and make sure that its encoder is on this machine.

    A recipe names the network that was published. Where that is not on this machine, and the caller
    did not ask for it by name, the shipped VGG-16 stands in and a note says so; asked for by name,
    it must be there.

    Raises:
        ValueError: a setting is unknown or out of range.
        TypeError: a setting has the wrong type.
    """
    changes = dict(settings or {})
    known = {item.name: getattr(recipe.method, item.name) for item in fields(recipe.method)}  # type: ignore[arg-type]
    notes: tuple[str, ...] = ()
    encoder = known.get("encoder")
    if encoder is not None and "encoder" not in changes and encoder not in available():
        changes["encoder"] = STAND_INS.get(encoder, "vgg16")
        notes = (
            f"{encoder}, which {recipe.name} was published with, is not on this machine; "
            f"{changes['encoder']} stands in (`impasto weights fetch {encoder}` gets it)",
        )
    method = build_method(recipe.method.name, {**known, **changes})
    return replace(recipe, method=method, color=color or recipe.color), notes


MOST_SEEDS = 2**63
"""What torch takes as the seed of a generator, negative numbers left out."""

STAND_INS = {"vgg19-normalized": "vgg16-normalized"}


def prepare(
    content: object,
    styles: object | Sequence[object],
    *,
    recipe: str | Recipe = "standard",
    settings: Mapping[str, Any] | None = None,
    color: ColorMode | None = None,
    style_weights: Sequence[float] | None = None,
    content_mask: object | None = None,
    style_masks: Sequence[object] | None = None,
    init: object | None = None,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> Job:
    """Read the pictures and put a run together. Pictures are anything that `as_picture` takes.

    Raises:
        ValueError: a picture, a setting or a combination of them cannot be used; one sentence says
            what was got, what was expected and what to do.
        TypeError: a setting or a picture has the wrong type.
    """
    base = find_recipe(recipe) if isinstance(recipe, str) else recipe
    configured, notes = configure(base, settings, color)
    photo = as_picture(content)
    paintings = [as_picture(style) for style in _as_list(styles)]
    for picture in (photo, *paintings):
        check_side(picture.image, picture.name)
    weights = list(style_weights or [1.0] * len(paintings))
    if len(weights) != len(paintings):
        raise ValueError(
            f"{len(weights)} style weights for {len(paintings)} styles; expected one for each"
        )
    regions, style_regions, masks = _regions(photo, paintings, content_mask, style_masks)
    first = None if init is None else as_picture(init)
    inputs = Inputs(
        content=photo.image.to(device),
        styles=tuple(
            Style(painting.image.to(device), weight, None if each is None else each.to(device))
            for painting, weight, each in zip(paintings, weights, style_regions, strict=True)
        ),
        masks=None if regions is None else regions.to(device),
        init=None if first is None else first.image.to(device),
    )
    check_inputs(configured, inputs)
    check_seed(seed)
    named = [("content", photo), *(("style", each) for each in paintings), *masks]
    if first is not None:
        named.append(("init", first))
    return Job(
        recipe=configured,
        inputs=inputs,
        seed=seed,
        sources=tuple(Source(role, each.name, each.sha256) for role, each in named),
        alpha=photo.alpha,
        notes=(
            *notes,
            *(note for _, each in named for note in each.notes),
            *_enlarged(photo, configured.method.plan(inputs)[-1].size),
        ),
    )


def check_seed(seed: int) -> None:
    """Raise a ValueError if no generator can be started with this seed."""
    if not 0 <= seed < MOST_SEEDS:
        raise ValueError(f"the seed is {seed}; expected 0 to {MOST_SEEDS - 1}")


def _enlarged(photo: Picture, size: tuple[int, int]) -> tuple[str, ...]:
    """Say that a photo is smaller than the result, since nothing that is added was ever seen."""
    (h, w), (result_h, result_w) = _size(photo), size
    if result_h <= h and result_w <= w:
        return ()
    return (f"the content was enlarged from {w} x {h} to {result_w} x {result_h}",)


def _regions(
    photo: Picture,
    paintings: Sequence[Picture],
    content_mask: object | None,
    style_masks: Sequence[object] | None,
) -> tuple[Masks | None, Sequence[Masks | None], list[tuple[str, Picture]]]:
    """Return the regions of the photo, those of each painting, and the pictures they came from."""
    if content_mask is None and not style_masks:
        return None, [None] * len(paintings), []
    if content_mask is None or not style_masks or len(style_masks) != len(paintings):
        raise ValueError(
            f"{0 if content_mask is None else 1} content mask and {len(style_masks or [])} style "
            f"masks for {len(paintings)} styles; expected one for each picture"
        )
    masks = [as_picture(content_mask), *map(as_picture, style_masks)]
    regions, style_regions = read_regions(
        masks[0],
        masks[1:],
        content_size=_size(photo),
        style_sizes=[_size(painting) for painting in paintings],
    )
    roles = ["content mask", *["style mask"] * len(paintings)]
    return regions, style_regions, list(zip(roles, masks, strict=True))


def _size(picture: Picture) -> tuple[int, int]:
    h, w = picture.image.shape[-2:]
    return h, w


def _as_list(styles: object | Sequence[object]) -> list[object]:
    return list(styles) if isinstance(styles, list | tuple) else [styles]
