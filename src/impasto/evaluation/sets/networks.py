"""The networks of other people that give these metrics their names.

Each has one published file. It is known by the digits of its SHA-256 that its publisher put into
its name, and is read without running any code in it.
"""

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from impasto.errors import ImpastoError
from impasto.weights.table import WeightsError


@dataclass(frozen=True)
class Network:
    """A published file: its name, who made it, and the first digits of its SHA-256.

    `sha256` is empty where its publisher states none; such a file is known by `holds`, tensors that
    no other network has.
    """

    file: str
    origin: str
    sha256: str = ""
    holds: tuple[str, ...] = ()


NETWORKS: dict[str, Network] = {
    "inception": Network(
        "weights-inception-2015-12-05-6726825d.pth",
        "the InceptionV3 of the first FID, converted by torch-fidelity (its release v0.2.0)",
        sha256="6726825d",
    ),
    "alexnet": Network(
        "alexnet-owt-7be5be79.pth", "AlexNet, published by torchvision", sha256="7be5be79"
    ),
    "vgg16": Network(
        "vgg16-397923af.pth", "VGG-16 as torchvision trained it anew", sha256="397923af"
    ),
    "art-inception": Network(
        "art_inception.pth",
        "the InceptionV3 that Wright and Ommer trained on paintings (matthias-wright/art_inception "
        "at Hugging Face)",
        holds=("Conv2d_1a_3x3.conv.weight", "Mixed_7c.branch_pool.conv.weight", "fc2.weight"),
    ),
}
"""By the names under which users give their files."""


@dataclass(frozen=True)
class Weights:
    """A file that was found to be the published one, and the tensors in it."""

    path: Path
    tensors: dict[str, Tensor]


def find_network(name: str, files: Mapping[str, Path], metric: str) -> Weights:
    """Read a network from the file that the user named, if it is that network.

    Raises:
        WeightsError: no file was named, it cannot be read, or is another one; a name is unknown.
    """
    for known in files:
        if known not in NETWORKS:
            raise WeightsError(
                f"{known!r} is not a network; expected one of {', '.join(NETWORKS)}; correct it"
            )
    network, path = NETWORKS[name], files.get(name)
    wanted = f"{network.file}, {network.origin}"
    if path is None:
        raise WeightsError(
            f"{metric} is defined by a network that is not here; expected a file for {name!r}; "
            f"get {wanted}, and name it"
        )
    try:
        sha256 = _sha256(path)
    except OSError as error:
        raise WeightsError(
            f"{path} can't be read ({error.strerror}); expected {wanted}; name its path for "
            f"{name!r}"
        ) from error
    if not sha256.startswith(network.sha256):
        raise WeightsError(
            f"{path} is another file, its SHA-256 begins with {sha256[:8]}; expected {wanted}; "
            f"{metric} has no other weights: name that file"
        )
    tensors = _read(path, wanted)
    missing = [key for key in network.holds if key not in tensors]
    if missing:
        raise WeightsError(f"{path} has no {missing[0]}; expected {wanted}; name that file")
    return Weights(path, tensors)


def package(name: str, metric: str) -> ModuleType:
    """Import a module of the extra `eval`.

    Raises:
        ValueError: it is not installed, or does not work here.
    """
    try:
        return import_module(name)
    except (ImportError, RuntimeError) as error:  # torchvision beside another torch: RuntimeError
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ImpastoError(
            f"{metric} needs the package {name.partition('.')[0]}, which cannot be imported "
            f"({reason}); expected the extra eval; pip install 'impasto[eval]'"
        ) from error


def _read(path: Path, wanted: str) -> dict[str, Tensor]:
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise WeightsError(
            f"{path} holds more than tensors, or is damaged; expected {wanted}; get it again"
        ) from error
    if not isinstance(found, Mapping):
        raise WeightsError(
            f"{path} holds a {type(found).__name__}; expected tensors by name; "
            f"get {wanted}, and name it"
        )
    return {key: value for key, value in found.items() if isinstance(value, Tensor)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
