"""LPIPS and DISTS: how far each output is from its photo, on average over the set."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from impasto.contracts import Image
from impasto.errors import ImpastoError
from impasto.evaluation.sets.networks import Weights, package
from impasto.evaluation.sets.pictures import Pictures
from impasto.evaluation.views import with_content
from impasto.images.picture import check_side
from impasto.images.resize import fit, size_of

LEAST = 32
"""Pixels of a side, so that the networks' last layers still have a position."""

DISTS_SIDE = 256
"""Pixels of the shorter side at which DISTS was fitted to what people see."""


def lpips(
    outputs: Pictures, contents: Pictures, styles: Pictures, networks: Mapping[str, Weights]
) -> float:
    """Return the mean LPIPS (AlexNet, version 0.1) of outputs and photos; 0 for identical ones.

    Paper: Zhang, Isola, Efros, Shechtman and Wang, "The unreasonable effectiveness of deep features
    as a perceptual metric", CVPR 2018, eq. 1, by their package, whose weights of channels are its
    own.
    """
    with warnings.catch_warnings():  # the package names torchvision's arguments the old way
        warnings.filterwarnings("ignore", category=UserWarning, module="torchvision")
        model = package("lpips", "lpips").LPIPS(net="alex", pnet_rand=True, verbose=False)
    put_trunk(model.net, networks["alexnet"], "lpips")
    return _mean(outputs, contents, lambda here, there: model(here, there, normalize=True))


def dists(
    outputs: Pictures, contents: Pictures, styles: Pictures, networks: Mapping[str, Weights]
) -> float:
    """Return the mean DISTS of outputs and photos, in [0, 1]; 0 for identical ones.

    Paper: Ding, Ma, Wang and Simoncelli, "Image quality assessment: unifying structure and texture
    similarity", TPAMI 2022, eq. 9, by their package, whose α and β are its own.
    """
    module = package("DISTS_pytorch.DISTS_pt", "dists")
    with _random_vgg16(module):
        model = module.DISTS(load_weights=False)
    put_trunk(model, networks["vgg16"], "dists")
    model.alpha.data, model.beta.data = _alpha_and_beta(module)
    return _mean(outputs, contents, lambda here, there: model(_prepared(here), _prepared(there)))


def put_trunk(model: nn.Module, weights: Weights, metric: str) -> None:
    """Put the convolutions of torchvision's file into a model that cut its network into pieces.

    Both packages keep the numbers of torchvision's layers: `slice2.3` and `stage2.5` are
    `features.3` and `features.5` there. Every tensor is used up once, so that nothing stays random.

    Raises:
        ImpastoError: the model has other convolutions than the file.
    """
    trunk = {key: value for key, value in weights.tensors.items() if key.startswith("features.")}
    layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, nn.Conv2d)}
    try:
        for name, layer in layers.items():
            place = f"features.{name.rpartition('.')[2]}"
            layer.load_state_dict({key: trunk.pop(f"{place}.{key}") for key in layer.state_dict()})
        if trunk:
            raise KeyError(f"{min(trunk)} is left over")
    except (KeyError, RuntimeError) as error:  # RuntimeError: of another shape
        raise ImpastoError(
            f"{metric} can't be measured: its package has other convolutions than {weights.path}; "
            "expected the same ones under the same numbers; install another version of the package"
        ) from error


@contextmanager
def _random_vgg16(module: Any) -> Iterator[None]:
    """Keep the DISTS package, which offers no other way, from downloading its trunk."""
    models = module.models
    module.models = SimpleNamespace(vgg16=lambda pretrained: models.vgg16(weights=None))
    try:
        yield
    finally:
        module.models = models


def _alpha_and_beta(module: Any) -> tuple[Tensor, Tensor]:
    """Read what lies beside the module.

    The package itself looks where a wheel's data files go, which not every installer fills.
    """
    path = Path(module.__file__).parent / "weights.pt"
    try:
        own = torch.load(path, weights_only=True)
    except OSError as error:
        raise ImpastoError(
            f"dists can't be measured: {path} can't be read ({error.strerror}); expected the α and "
            "β of its package; pip install --force-reinstall dists-pytorch"
        ) from error
    return own["alpha"], own["beta"]


def _prepared(image: Image) -> Image:
    """Return an image as its authors' `prepare_image` does: a shorter side of at most 256 pixels.

    Bilinear and anti-aliased, as there. Differs: the longer side is rounded to a whole pixel, where
    theirs loses the fraction.
    """
    if min(size_of(image)) <= DISTS_SIDE:
        return image
    size = fit(size_of(image), DISTS_SIDE, of="shorter")
    return functional.interpolate(image, size, mode="bilinear", antialias=True)


@torch.no_grad()
def _mean(
    outputs: Pictures, contents: Pictures, distance: Callable[[Tensor, Tensor], Tensor]
) -> float:
    total = 0.0
    for number, (output, content) in enumerate(zip(outputs, contents, strict=True), start=1):
        check_side(output, f"output {number}", LEAST)
        total += distance(*with_content(output, content)).item()
    return total / len(outputs)
