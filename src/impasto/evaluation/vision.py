"""What the judge's network sees, looked at once per picture.

It is the shipped VGG-16 in float32 with its own maximum pools, whatever the recipe computed in. A
dozen metrics ask for the same features of the same pictures; the last few pictures are kept.
"""

import hashlib
from collections import OrderedDict
from functools import cache

import torch
from jaxtyping import Float
from torch import Tensor

from impasto.contracts import Image
from impasto.networks.encoder import Encoder, load_encoder

STYLE_LAYERS = ("relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1")
"""The layers on which nearly every published system optimizes style."""

LAYERS = (*STYLE_LAYERS, "relu2_2", "relu3_3", "relu4_2")
"""All that metrics here look at."""

KEPT = 3
"""The output, the photo and the painting: about 0.2 GB each at 512 pixels."""

_seen: OrderedDict[str, dict[str, Tensor]] = OrderedDict()


@torch.no_grad()
def features(image: Image, layer: str) -> Float[Tensor, "1 c h w"]:
    """Return the features of a layer, float32.

    Raises:
        ValueError: the picture is too small for this layer.
    """
    key = hashlib.blake2b(image.contiguous().numpy().tobytes()).hexdigest() + str(image.shape)
    if key not in _seen:
        least = min(image.shape[-2:])
        deep_enough = [name for name in LAYERS if least >= 16 or name == layer]
        _seen[key] = _encoder()(image, deep_enough)
        while len(_seen) > KEPT:
            _seen.popitem(last=False)
    _seen.move_to_end(key)
    return _seen[key][layer]


def rows(found: Float[Tensor, "1 c h w"], most: int | None = None) -> Float[Tensor, "n c"]:
    """Return features as one row per position; of more than `most`, a regular grid of them."""
    _, _, h, w = found.shape
    step = 1
    while most is not None and -(-h // step) * -(-w // step) > most:
        step += 1
    return found[0, :, ::step, ::step].flatten(1).T


@cache
def _encoder() -> Encoder:
    return load_encoder("vgg16")
