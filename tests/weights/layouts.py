"""Small VGG-19s in the exact layouts of those who publish it.

Each writer starts from the weights as torch has them, (out, in, h, w), in the order of channels
that the network expects, and follows what is documented or printed about the published files.
"""

from pathlib import Path

import h5py
import numpy as np
import scipy.io
import torch
from torch import Tensor

from impasto.weights.table import WIDTHS, WeightsRecord

Network = dict[str, Tensor]

# Where nn.Sequential has the convolutions, as printed by torchvision for vgg16 and vgg19.
FEATURES = {
    "vgg16": (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28),
    "vgg19": (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34),
}


def network(record: WeightsRecord | None = None, architecture: str = "vgg19") -> Network:
    """A random network; if a record is given, with the values by which it is known."""
    rng = torch.Generator().manual_seed(3)
    weights: Network = {}
    inputs = 3
    for block, widths in enumerate(WIDTHS[architecture], start=1):
        for index, width in enumerate(widths, start=1):
            weights[f"conv{block}_{index}.weight"] = torch.randn(width, inputs, 3, 3, generator=rng)
            weights[f"conv{block}_{index}.bias"] = torch.randn(width, generator=rng)
            inputs = width
    if record is not None:
        weights["conv1_1.weight"][0, 0] = torch.tensor(record.first_kernel).reshape(3, 3)
    return weights


def layers(weights: Network) -> list[str]:
    return [name.removesuffix(".weight") for name in weights if name.endswith(".weight")]


def torch_features(weights: Network, path: Path, *, legacy: bool = False) -> Path:
    """torchvision's and the Caffe port's: "features.N", dense layers as "classifier.N"."""
    numbers = FEATURES["vgg19" if "conv3_4.weight" in weights else "vgg16"]
    state = {}
    for number, layer in zip(numbers, layers(weights), strict=True):
        for part in ("weight", "bias"):
            state[f"features.{number}.{part}"] = weights[f"{layer}.{part}"]
    for number in (0, 3, 6):
        state[f"classifier.{number}.weight"] = torch.zeros(5, 5)
        state[f"classifier.{number}.bias"] = torch.zeros(5)
    torch.save(state, path, _use_new_zipfile_serialization=not legacy)
    return path


def torch_features_legacy(weights: Network, path: Path) -> Path:
    """As above, in the format of PyTorch before 1.6, in which the published files are."""
    return torch_features(weights, path, legacy=True)


def torch_names(weights: Network, path: Path) -> Path:
    """The authors' vgg_conv.pth."""
    torch.save(weights, path)
    return path


def _keras_arrays(weights: Network, layer: str) -> tuple[np.ndarray, np.ndarray]:
    kernel = weights[f"{layer}.weight"].numpy()
    return np.transpose(kernel, (2, 3, 1, 0)), weights[f"{layer}.bias"].numpy()


def _keras_name(layer: str) -> str:
    block, index = layer.removeprefix("conv").split("_")
    return f"block{block}_conv{index}"


def keras_1(weights: Network, path: Path, *, top: bool = True) -> Path:
    """vgg19_weights_tf_dim_ordering_tf_kernels.h5 of 2016: block1_conv1/block1_conv1_W_1:0."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [
            b"input_1",
            *(_keras_name(n).encode() for n in layers(weights)),
        ]
        file.create_group("input_1").attrs["weight_names"] = []
        for layer in layers(weights):
            name = _keras_name(layer)
            kernel, bias = _keras_arrays(weights, layer)
            group = file.create_group(name)
            group.attrs["weight_names"] = [f"{name}_W_1:0".encode(), f"{name}_b_1:0".encode()]
            group[f"{name}_W_1:0"], group[f"{name}_b_1:0"] = kernel, bias
        file.create_group("block5_pool").attrs["weight_names"] = []
        if top:
            for name in ("fc1", "fc2", "predictions"):
                group = file.create_group(name)
                group[f"{name}_W_1:0"], group[f"{name}_b_1:0"] = np.zeros((4, 4)), np.zeros(4)
    return path


def keras_1_no_top(weights: Network, path: Path) -> Path:
    """The same without the dense layers."""
    return keras_1(weights, path, top=False)


def keras_2(weights: Network, path: Path, *, root: str = "") -> Path:
    """What save_weights of Keras 2 writes: block1_conv1/block1_conv1/kernel:0."""
    with h5py.File(path, "w") as file:
        for layer in layers(weights):
            name = _keras_name(layer)
            kernel, bias = _keras_arrays(weights, layer)
            file[f"{root}{name}/{name}/kernel:0"] = kernel
            file[f"{root}{name}/{name}/bias:0"] = bias
        file[f"{root}predictions/predictions/kernel:0"] = np.zeros((4, 4))
    return path


def keras_2_model(weights: Network, path: Path) -> Path:
    """What model.save of Keras 2 writes: the same under model_weights, and the optimizer."""
    keras_2(weights, path, root="model_weights/")
    with h5py.File(path, "a") as file:
        file["optimizer_weights/RMSprop/block1_conv1/kernel/rms:0"] = np.zeros((3, 3, 3, 4))
    return path


def _matlab_arrays(weights: Network, layer: str) -> tuple[np.ndarray, np.ndarray]:
    kernel = weights[f"{layer}.weight"].numpy()
    if layer == "conv1_1":
        kernel = kernel[:, ::-1]  # MatConvNet is fed RGB
    return np.transpose(kernel, (2, 3, 1, 0)), weights[f"{layer}.bias"].numpy()


def _cell(*items: object) -> np.ndarray:
    cell = np.empty((1, len(items)), dtype=object)
    for index, item in enumerate(items):
        cell[0, index] = item
    return cell


def _matlab_layers(weights: Network, *, cells: bool) -> np.ndarray:
    found: list[dict[str, object]] = []
    for layer in layers(weights):
        kernel, bias = _matlab_arrays(weights, layer)
        values = (
            {"weights": _cell(kernel, bias.reshape(-1, 1))}
            if cells
            else {"filters": kernel, "biases": bias.reshape(1, -1)}
        )
        found.append(
            {**values, "pad": np.ones((1, 4)), "type": "conv", "name": layer, "stride": 1.0}
        )
        found.append({"type": "relu", "name": layer.replace("conv", "relu")})
    dense = _cell(np.zeros((1, 1, 4, 4)), np.zeros((1, 4)))
    found.append({"weights": dense, "pad": np.zeros((1, 4)), "type": "conv", "name": "fc6"})
    found.append({"type": "softmax", "name": "prob"})
    return _cell(*found)


def matconvnet_2014(weights: Network, path: Path) -> Path:
    """The first releases: filters and biases, and an average image."""
    image = np.broadcast_to(np.float32([123.68, 116.779, 103.939]), (8, 8, 3))
    content = {
        "layers": _matlab_layers(weights, cells=False),
        "classes": {"name": "tench"},
        "normalization": {"averageImage": image, "keepAspect": 1.0},
    }
    scipy.io.savemat(path, content)
    return path


def matconvnet_2015(weights: Network, path: Path) -> Path:
    """Beta 16: a cell of weights, and an average image."""
    image = np.broadcast_to(np.float32([123.68, 116.779, 103.939]), (8, 8, 3))
    content = {
        "layers": _matlab_layers(weights, cells=True),
        "classes": {"name": "tench"},
        "normalization": {"averageImage": image, "keepAspect": 1.0},
    }
    scipy.io.savemat(path, content)
    return path


def matconvnet_2016(weights: Network, path: Path, *, color: tuple[float, ...] = ()) -> Path:
    """Beta 20 and later: everything else is in `meta`, the average a single color."""
    mean = np.array(color or (123.68, 116.779, 103.939)).reshape(1, 1, 3)
    meta = {"classes": {"name": "tench"}, "normalization": {"averageImage": mean, "border": 0.0}}
    scipy.io.savemat(path, {"layers": _matlab_layers(weights, cells=True), "meta": meta})
    return path


CAFFE_LAYOUTS = (
    *(torch_features, torch_features_legacy, torch_names),
    *(keras_1, keras_1_no_top, keras_2, keras_2_model),
    *(matconvnet_2014, matconvnet_2015, matconvnet_2016),
)
