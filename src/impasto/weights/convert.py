"""Read the VGG file that a user already has, whatever published it.

Five layouts are known, each by the first bytes of the file and the names inside it:

- torchvision and the Caffe port (`vgg19-d01eb7cb.pth`): `features.28.weight`, (out, in, h, w)
- the authors' notebook (`vgg_conv.pth`): `conv5_1.weight`, (out, in, h, w)
- Keras, any version: `.../block5_conv1/...`, kernels (h, w, in, out)
- MatConvNet (`imagenet-vgg-verydeep-19.mat`): layers named `conv5_1`, (h, w, in, out), RGB

A file does not say what its network expects as input, and with the wrong mean and channel order it
makes a worse picture without an error. So the values themselves are compared with the published
ones, which tell whose network it is. Dense layers are ignored.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from impasto.weights.format import Weights
from impasto.weights.table import (
    CAFFE,
    TABLE,
    WIDTHS,
    Preprocessing,
    WeightsError,
    WeightsRecord,
    Widths,
)

TOLERANCE = 5e-4
"""Covers values that were rounded to half precision or to the printed digits; the two published
networks differ by hundreds of times as much."""

UNKNOWN_ORIGIN = "values of unknown origin"
"""Of a network that nobody published."""


def read_vgg19(
    path: Path, preprocessing: Preprocessing | None = None
) -> tuple[WeightsRecord, Weights]:
    """Read a VGG-19 and find out which of the published ones it is.

    Args:
        path: a file in one of the layouts above.
        preprocessing: what the network expects, needed only if its values are not published ones.

    Returns:
        the record of `table` that says what the network expects, and its float32 weights as
        `conv1_1.weight`, (out, in, 3, 3), and `conv1_1.bias`, (out,), channels in that order.

    Raises:
        WeightsError: the file is not a whole VGG-19, is damaged, holds code, or its values are
            unknown and `preprocessing` is not given.
    """
    weights = _complete(path, _read(path))
    return _identify(path, weights, preprocessing), weights


def _read(path: Path) -> Weights:
    if not os.path.isfile(path):
        raise WeightsError(f"{path} is not a file; expected a VGG-19 as .pth, .h5 or .mat")
    with path.open("rb") as file:
        start = file.read(512)
    for signature, reader in _READERS:
        if re.match(signature, start):
            return reader(path)
    raise WeightsError(
        f"{path} is of an unknown format; expected PyTorch's .pth, Keras' .h5 or MatConvNet's .mat"
    )


def _read_web_page(path: Path) -> Weights:
    raise WeightsError(f"{path} is a web page, not weights: the download went wrong")


def _read_matlab73(path: Path) -> Weights:
    raise WeightsError(f"{path} is a MATLAB 7.3 file; save it again with the option -v7")


def _read_torch(path: Path) -> Weights:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # whatever a damaged file makes the unpickler say
        raise WeightsError(
            f"{path} cannot be read: it is damaged, or it holds code beside tensors, which impasto "
            "never runs; download it again, or save its state_dict"
        ) from error
    if not isinstance(content, Mapping):
        raise WeightsError(f"{path} holds a {type(content).__name__}; expected a state_dict")
    tensors = {str(key): value for key, value in content.items() if isinstance(value, Tensor)}
    if any(key.endswith("running_mean") for key in tensors):
        raise WeightsError(f"{path} is a VGG with batch normalization; expected the one without")
    names: dict[str, str] = {}
    for widths in WIDTHS.values():  # the numbers alone tell VGG-16 from VGG-19
        names = sequential_names(widths)
        if names.keys() <= tensors.keys():
            break
    return {names.get(key, key): value for key, value in tensors.items()}


def sequential_names(widths: Widths) -> dict[str, str]:
    """Map "features.28.weight" to "conv5_1.weight", as PyTorch's files have it, and so on."""
    names: dict[str, str] = {}
    number = 0
    for block, layers in enumerate(widths, start=1):
        for index in range(1, len(layers) + 1):
            for part in ("weight", "bias"):
                names[f"features.{number}.{part}"] = f"conv{block}_{index}.{part}"
            number += 2  # the convolution and its ReLU
        number += 1  # the pooling
    return names


def _read_keras(path: Path) -> Weights:
    import h5py

    weights: Weights = {}

    def collect(name: str, item: Any) -> None:
        match = re.search(r"block(\d)_conv(\d)", name)
        if match is None or not isinstance(item, h5py.Dataset) or name.startswith("optimizer"):
            return
        layer = "conv{}_{}".format(*match.groups())
        if item.ndim == 4:
            weights[f"{layer}.weight"] = torch.from_numpy(item[()]).permute(3, 2, 0, 1)
        elif item.ndim == 1:
            weights[f"{layer}.bias"] = torch.from_numpy(item[()])

    try:
        with h5py.File(path, "r") as file:
            file.visititems(collect)
    except Exception as error:  # whatever a damaged file makes HDF5 say
        raise WeightsError(f"{path} is damaged ({error}); download it again") from error
    return weights


def _read_matconvnet(path: Path) -> Weights:
    from scipy.io import loadmat

    try:
        content = loadmat(path, squeeze_me=True, struct_as_record=False)
        layers = [layer for layer in content["layers"] if re.fullmatch(r"conv\d_\d", layer.name)]
        pairs = {layer.name: _filters_and_biases(layer) for layer in layers}
        mean = _average_color(content)
    except Exception as error:  # whatever a damaged or foreign file makes SciPy say
        raise WeightsError(
            f"{path} cannot be read as MatConvNet's imagenet-vgg-verydeep-19.mat "
            f"({type(error).__name__}: {error}); download it again"
        ) from error
    if mean is not None and not torch.allclose(mean, torch.tensor(CAFFE.mean), atol=0.01):
        raise WeightsError(
            f"{path} is for a mean color of {mean.tolist()}; expected {list(CAFFE.mean)}"
        )
    weights: Weights = {}
    for name, (filters, biases) in pairs.items():
        # Height before width: the published values say so, whatever MatConvNet's manual says.
        weights[f"{name}.weight"] = torch.from_numpy(filters).permute(3, 2, 0, 1)
        weights[f"{name}.bias"] = torch.from_numpy(biases)
    if "conv1_1.weight" in weights:  # MatConvNet turned Caffe's BGR to RGB: turn it back
        weights["conv1_1.weight"] = weights["conv1_1.weight"].flip(1)
    return weights


def _filters_and_biases(layer: Any) -> tuple[Any, Any]:
    """Files from before 2015 have two fields, later ones a cell of two."""
    return tuple(layer.weights) if hasattr(layer, "weights") else (layer.filters, layer.biases)


def _average_color(content: Mapping[str, Any]) -> Tensor | None:
    """One color in new files, an image of it in old ones, shape (3,) or (h, w, 3)."""
    holder = content["meta"] if "meta" in content else content.get("normalization")
    normalization = getattr(holder, "normalization", holder)
    image = getattr(normalization, "averageImage", None)
    return None if image is None else torch.from_numpy(image).float().reshape(-1, 3).mean(0)


_READERS: tuple[tuple[bytes, Callable[[Path], Weights]], ...] = (
    (rb"PK\x03\x04|\x80[\x02-\x05]", _read_torch),  # a zip archive, or the pickle of old versions
    (rb"\x89HDF\r\n\x1a\n", _read_keras),
    (rb"MATLAB 5\.0 MAT-file", _read_matconvnet),
    (rb"MATLAB 7\.3 MAT-file", _read_matlab73),
    (rb"\s*<", _read_web_page),
)


def _complete(path: Path, found: Weights) -> Weights:
    """Check names, shapes and values; drop everything that is not a convolution."""
    shapes = _shapes(WIDTHS["vgg19"])
    missing = sorted(shapes.keys() - found.keys())
    if missing:
        smaller = _shapes(WIDTHS["vgg16"]).keys() <= found.keys()
        what = "; this is a VGG-16" if smaller else ""
        raise WeightsError(f"{path} has no {missing[0]}; expected a whole VGG-19{what}")
    weights = {name: found[name].float().contiguous() for name in shapes}
    for name, shape in shapes.items():
        got = tuple(weights[name].shape)
        if got != shape:
            raise WeightsError(f"{path} has a {name} of shape {got}; expected {shape}")
        if not weights[name].isfinite().all():
            raise WeightsError(f"{path} has values in {name} that are not finite; it is damaged")
    return weights


def _shapes(widths: Widths) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    inputs = 3
    for block, layers in enumerate(widths, start=1):
        for index, width in enumerate(layers, start=1):
            shapes[f"conv{block}_{index}.weight"] = (width, inputs, 3, 3)
            shapes[f"conv{block}_{index}.bias"] = (width,)
            inputs = width
    return shapes


def _identify(path: Path, weights: Weights, claimed: Preprocessing | None) -> WeightsRecord:
    """Return the record whose published values these are, or else the one that the user claims."""
    kernel = weights["conv1_1.weight"][0, 0].flatten()
    records = [record for record in TABLE.values() if record.first_kernel]
    for record in records:
        published = torch.tensor(record.first_kernel)
        if torch.allclose(kernel, published, rtol=0, atol=TOLERANCE):
            if claimed not in (None, record.preprocessing):
                raise WeightsError(f"{path} is {record.name}; leave out --preprocessing")
            return record
    for record in records:
        if record.preprocessing == claimed:
            return replace(record, license="that of its file", origin=UNKNOWN_ORIGIN)
    raise WeightsError(
        f"{path} is none of the published VGG-19s; say what its input is, with "
        "--preprocessing caffe (BGR, 0 to 255 less the mean) or --preprocessing torchvision"
    )
