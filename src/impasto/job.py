"""A run that is ready to start: its recipe with all settings, its pictures, and their origin.

The command line, the Python API, `resume` and `rerun` all begin here.
"""

import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from typing import Any, SupportsFloat, SupportsIndex, get_args

import torch

from impasto.checks import check_device, check_seed, check_weights, plain
from impasto.choices import DEFAULT_DEVICE, DEFAULT_RECIPE, DEFAULT_SEED, ColorMode
from impasto.contracts import Inputs, Masks, Style
from impasto.declare import Recipe, dataclass_of
from impasto.errors import ImpastoError
from impasto.images.masks import mask_pictures, read_regions
from impasto.images.picture import Picture, check_side
from impasto.images.read import as_picture, file_of
from impasto.images.resize import size_of
from impasto.networks.precision import network_dtype
from impasto.recipes import find_recipe
from impasto.registry import changed_method
from impasto.run import check_inputs
from impasto.shelf import shelve
from impasto.weights.store import available, weights_digest
from impasto.weights.table import TABLE
from impasto.weights.trained import trained_digest
from impasto.wording import count


@dataclass(frozen=True)
class Source:
    """A picture that a run was given: its part ("content", "style", ...), name and SHA-256."""

    role: str
    name: str
    sha256: str


@dataclass(frozen=True)
class Job:
    """Everything that decides the result.

    `weights` is the digest of the network, None if the method has none. `files` are those that the
    pictures came from, as far as they came from any. `notes` are sentences for the user.
    """

    recipe: Recipe
    inputs: Inputs
    seed: int
    sources: tuple[Source, ...]
    weights: str | None = None
    files: tuple[str, ...] = ()
    alpha: torch.Tensor | None = None
    notes: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Return what is stored with the picture: enough to make it again."""
        return {
            "recipe": self.recipe.name,
            "method": self.recipe.method.name,
            "settings": asdict(dataclass_of(self.recipe)),
            "weights": self.weights,
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
        """Return what rounding in the result depends on, besides versions."""
        device = self.inputs.content.device
        machine = {"device": device.type, "threads": torch.get_num_threads()}
        precision = getattr(self.recipe.method, "precision", None)
        if precision is not None:
            machine["precision"] = str(network_dtype(precision, device)).removeprefix("torch.")
        return machine


def configure(
    recipe: Recipe, settings: Mapping[str, Any] | None = None, color: ColorMode | None = None
) -> tuple[Recipe, tuple[str, ...]]:
    """Change a recipe's settings, and make sure that its encoder is on this machine.

    A recipe names the network that was published. Where that is not on this machine, and the caller
    did not ask for it by name, the shipped VGG-16 stands in and a note says so; asked for by name,
    it must be there.

    A `size` that the caller asks for is that of the longer side, in every recipe alike, unless they
    ask for another `size_of` too. Left alone, a recipe's own size means what its system means.

    Raises:
        ValueError: a setting is unknown or out of range.
        TypeError: a setting has the wrong type.
    """
    if color is not None and color not in get_args(ColorMode):
        modes = ", ".join(map(repr, get_args(ColorMode)))
        raise ImpastoError(f"the color is {color!r}; expected one of {modes}")
    changes = {name: plain(value) for name, value in (settings or {}).items()}
    known = asdict(dataclass_of(recipe))
    notes: tuple[str, ...] = ()
    encoder = known.get("encoder")
    if "encoder" not in changes and encoder in TABLE and encoder not in available():
        changes["encoder"] = STAND_INS.get(encoder, "vgg16")
        notes = (
            f"{encoder}, which {recipe.name} was published with, is not on this machine; "
            f"{changes['encoder']} stands in (`impasto weights fetch {encoder}` gets it)",
        )
    if "size" in changes and "size_of" in known:
        changes.setdefault("size_of", "longer")
    method = changed_method(recipe, changes)
    return replace(recipe, method=method, color=color or recipe.color), notes


STAND_INS = {"vgg19-normalized": "vgg16-normalized"}


def prepare(
    content: object,
    styles: object | Sequence[object] = (),
    *,
    recipe: str | Recipe = DEFAULT_RECIPE,
    settings: Mapping[str, Any] | None = None,
    color: ColorMode | None = None,
    style_weights: Iterable[SupportsFloat] | None = None,
    content_mask: object | None = None,
    style_masks: Sequence[object] | None = None,
    init_image: object | None = None,
    seed: SupportsIndex = DEFAULT_SEED,
    device: str | torch.device = DEFAULT_DEVICE,
) -> Job:
    """Read the pictures and put a run together. Pictures are anything that `as_picture` takes.

    `content_mask` is anything that `mask_pictures` takes, and `style_masks` the same for each
    style; where a picture has several masks, they may also be one list, style after style.

    Raises:
        ValueError: a picture, a setting or a combination of them cannot be used; one sentence says
            what was got, what was expected and what to do.
        TypeError: a setting or a picture has the wrong type.
    """
    configured, notes = configure(_as_recipe(recipe), settings, color)
    seed = check_seed(seed)
    check_device(device)
    photo, paintings = as_picture(content), [as_picture(style) for style in _as_list(styles)]
    for picture in (photo, *paintings):
        check_side(picture.image, picture.name)
    weights = check_weights(style_weights, len(paintings))
    regions, style_regions, masks = _regions(photo, paintings, content_mask, _as_list(style_masks))
    shown = tuple(map(Style, [each.image for each in paintings], weights, style_regions))
    first = [] if init_image is None else [as_picture(init_image)]
    inputs = Inputs(photo.image, shown, regions, first[0].image if first else None)
    check_inputs(configured, inputs)
    parts = {"content": [photo], "style": paintings, **masks, "init": first}
    named = [(role, picture) for role, pictures in parts.items() for picture in pictures]
    notes += tuple(note for _, picture in named for note in picture.notes)
    return Job(
        recipe=configured,
        inputs=_on_device(inputs, device),
        seed=seed,
        sources=tuple(Source(role, each.name, each.sha256) for role, each in named),
        weights=network_digest(configured),
        files=tuple(_files([content, styles, content_mask, style_masks, init_image])),
        alpha=photo.alpha,
        notes=notes + _enlarged(photo, configured.method.plan(inputs)[-1].size),
    )


def _files(source: object) -> list[str]:
    """Return the files that the pictures of a caller, in lists or not, came from."""
    if isinstance(source, list | tuple):
        return [file for each in source for file in _files(each)]
    file = file_of(source)
    return [] if file is None else [file]


def _on_device(inputs: Inputs, device: str | torch.device) -> Inputs:
    def moved(tensor: torch.Tensor | None) -> Any:
        return None if tensor is None else shelve(tensor.to(device))

    styles = (
        Style(moved(style.image), style.weight, moved(style.masks)) for style in inputs.styles
    )
    return Inputs(moved(inputs.content), tuple(styles), moved(inputs.masks), moved(inputs.init))


def _as_recipe(recipe: object) -> Recipe:
    if isinstance(recipe, str):
        return find_recipe(recipe)
    if not isinstance(recipe, Recipe):
        raise TypeError(f"the recipe is {recipe!r}; expected the name of one, or a Recipe")
    return recipe


def network_digest(recipe: Recipe) -> str | None:
    """Return what tells the recipe's network from another one of the same name."""
    settings = asdict(dataclass_of(recipe))
    if "encoder" in settings:
        return weights_digest(settings["encoder"])
    trained = [settings[name] for name in ("decoder", "network") if name in settings]
    return trained_digest(*trained) if trained else None


def _enlarged(photo: Picture, size: tuple[int, int]) -> tuple[str, ...]:
    """Say that a photo is smaller than the result, since nothing that is added was ever seen."""
    (h, w), (result_h, result_w) = size_of(photo.image), size
    if result_h <= h and result_w <= w:
        return ()
    return (f"the content was enlarged from {w} x {h} to {result_w} x {result_h}",)


def _regions(
    photo: Picture,
    paintings: Sequence[Picture],
    content_mask: object | None,
    style_masks: Sequence[object],
) -> tuple[Masks | None, Sequence[Masks | None], dict[str, list[Picture]]]:
    """Return the regions of the photo, those of each painting, and the pictures they came from."""
    if content_mask is None and not style_masks:
        return None, [None] * len(paintings), {}
    own = [] if content_mask is None else mask_pictures(content_mask)
    given, each = list(style_masks), len(own)
    if each > 1 and len(given) == each * len(paintings):  # one list, painting after painting
        given = [given[first : first + each] for first in range(0, len(given), each)]
    if not own or len(given) != len(paintings):
        raise ImpastoError(
            f"{count(each, 'content mask')} and {count(len(given), 'style mask')} for "
            f"{count(len(paintings), 'style')}; expected as many for each style as for the content"
        )
    theirs = [mask_pictures(masks) for masks in given]
    regions, style_regions = read_regions(
        own,
        theirs,
        content_size=size_of(photo.image),
        style_sizes=[size_of(painting.image) for painting in paintings],
    )
    named = {"content mask": own, "style mask": [mask for masks in theirs for mask in masks]}
    return regions, style_regions, named


def _as_list(given: object | Sequence[object] | None) -> list[object]:
    if given is None:
        return []
    return list(given) if isinstance(given, list | tuple) else [given]
