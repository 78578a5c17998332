"""LPIPS and DISTS: how far each output is from its photo, on average over the set."""

import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from impasto.evaluation.sets.networks import Weights, package
from impasto.evaluation.sets.set_metric import Pictures
from impasto.evaluation.views import with_content
from impasto.images.picture import check_side

LEAST = 32
"""Pixels of a side, so that the networks' last layers still have a position."""


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
    put_trunk(model.net, networks["alexnet"])
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
    put_trunk(model, networks["vgg16"])
    # The package looks for them where a wheel's data files go, which not every installer fills.
    own = torch.load(Path(module.__file__ or "").parent / "weights.pt", weights_only=True)
    model.alpha.data, model.beta.data = own["alpha"], own["beta"]
    return _mean(outputs, contents, model)


def put_trunk(model: nn.Module, weights: Weights) -> None:
    """Put the convolutions of torchvision's file into a model that cut its network into pieces.

    Both packages keep the numbers of torchvision's layers: `slice2.3.weight` and `stage2.5.weight`
    are `features.3.weight` and `features.5.weight` there.
    """
    own = [name for name in model.state_dict() if re.fullmatch(_PIECE, name)]
    model.load_state_dict(
        {name: weights.tensors[re.sub(_PIECE, r"features.\1", name)] for name in own}, strict=False
    )


_PIECE = r"(?:slice|stage)\d+\.(\d+\.(?:weight|bias))"


@contextmanager
def _random_vgg16(module: Any) -> Iterator[None]:
    """Keep the DISTS package, which offers no other way, from downloading its trunk."""
    models = module.models
    module.models = SimpleNamespace(vgg16=lambda pretrained: models.vgg16(weights=None))
    try:
        yield
    finally:
        module.models = models


@torch.no_grad()
def _mean(
    outputs: Pictures, contents: Pictures, distance: Callable[[Tensor, Tensor], Tensor]
) -> float:
    total = 0.0
    for number, (output, content) in enumerate(zip(outputs, contents, strict=True), start=1):
        check_side(output, f"output {number}", LEAST)
        total += distance(*with_content(output, content)).item()
    return total / len(outputs)
