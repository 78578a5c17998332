"""Where weights are kept, and how a name becomes tensors.

Some ship inside the package, others lie in a cache folder. Nothing is ever downloaded on the quiet:
a name whose weights are not there raises `MissingWeightsError`, which says how to get them.
"""

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path

import torch

from impasto.weights.convert import UNKNOWN_ORIGIN, read_vgg19
from impasto.weights.download import Progress, UnreachableError, download
from impasto.weights.format import (
    Metadata,
    Weights,
    digest,
    read_about,
    read_weights,
    write_weights,
)
from impasto.weights.normalize import normalize
from impasto.weights.table import (
    TABLE,
    TORCHVISION,
    WIDTHS,
    Architecture,
    Preprocessing,
    WeightsError,
    WeightsRecord,
)

SHIPPED = Path(__file__).parent / "files"

RANDOM, RANDOM_ARCHITECTURE = "random", "vgg19"
"""A network of random weights, for trying things out without any file."""


class MissingWeightsError(WeightsError):
    """The weights are known but not on this machine; the message names the commands that help."""

    def __init__(self, record: WeightsRecord) -> None:
        super().__init__(
            f"the weights {record.name!r} are not on this machine; get them with "
            f"`impasto weights fetch {record.name}`, or from a file that you have with "
            f"`impasto weights import {record.architecture} FILE`"
        )


def cache_folder() -> Path:
    """Return `IMPASTO_HOME` if it is set, or else the folder that this system keeps caches in."""
    home = os.environ.get("IMPASTO_HOME")
    if home:
        return Path(home).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "impasto"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/impasto"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "impasto"


def weights_path(record: WeightsRecord) -> Path:
    """Return where the file is, or would be."""
    if record.shipped:
        return SHIPPED / record.shipped
    return cache_folder() / "weights" / f"{record.name}.safetensors"


def available() -> list[str]:
    """Return the names that `load_weights` can load now."""
    return [name for name, record in TABLE.items() if weights_path(record).is_file()]


def load_weights(name: str) -> tuple[Weights, Metadata]:
    """Return float32 weights by name, and what the network expects (see `format`).

    Raises:
        MissingWeightsError: they are known, but not on this machine.
        WeightsError: there are none of this name, or their file is damaged.
    """
    if name == RANDOM:
        return random_weights(RANDOM_ARCHITECTURE, seed=0)
    record = _record(name)
    if not weights_path(record).is_file():
        raise MissingWeightsError(record)
    stored, metadata = read_weights(weights_path(record))
    weights = {key: tensor.float() for key, tensor in stored.items()}
    if record.normalizes:
        original, _ = load_weights(record.normalizes)
        weights = normalize(original, weights)
    return weights, metadata


def architecture_of(name: str) -> Architecture:
    """Return "vgg16" or "vgg19", also of weights that aren't on this machine.

    Raises:
        WeightsError: there are none of this name.
    """
    return RANDOM_ARCHITECTURE if name == RANDOM else _record(name).architecture


def weights_digest(name: str) -> str:
    """Return the SHA-256 of these weights as their files state it, without reading the tensors.

    Raises:
        MissingWeightsError: they are known, but not on this machine.
        WeightsError: there are none of this name, or their file is damaged.
    """
    if name == RANDOM:  # nothing but its name decides it
        return hashlib.sha256(name.encode()).hexdigest()
    record = _record(name)
    if not weights_path(record).is_file():
        raise MissingWeightsError(record)
    stated = read_about(weights_path(record))["sha256"]
    if record.normalizes:
        both = f"{weights_digest(record.normalizes)} {stated}"
        return hashlib.sha256(both.encode()).hexdigest()
    return stated


def random_weights(
    architecture: Architecture,
    seed: int,
    channels: tuple[int, ...] | None = None,
    dtype: torch.dtype = torch.float32,
) -> tuple[Weights, Metadata]:
    """Draw the weights of a VGG as He et al. do (ICCV 2015, eq. 10); for tests and trials.

    Args:
        architecture: "vgg16" or "vgg19".
        seed: the same seed draws the same network in every dtype.
        channels: filters per block, five numbers; those of the paper by default.
        dtype: of the result.
    """
    rng = torch.Generator().manual_seed(seed)
    weights: Weights = {}
    inputs = 3
    for block, layers in enumerate(WIDTHS[architecture]):
        for index, full in enumerate(layers, start=1):
            width = channels[block] if channels else full
            kernel = torch.randn(width, inputs, 3, 3, generator=rng, dtype=torch.float64)
            bias = torch.randn(width, generator=rng, dtype=torch.float64)
            layer = f"conv{block + 1}_{index}"
            weights[f"{layer}.weight"] = (kernel * (2 / (9 * inputs)) ** 0.5).to(dtype)
            weights[f"{layer}.bias"] = (bias * 0.1).to(dtype)  # small, but a forgotten one shows
            inputs = width
    origin = f"random, seed {seed}"
    return weights, {"architecture": architecture, **TORCHVISION.metadata(), "origin": origin}


def import_weights(
    name: str, path: Path, preprocessing: Preprocessing | None = None
) -> WeightsRecord:
    """Convert a user's own file of the network `name` into the cache.

    Returns:
        what was found: a torchvision file imported as "vgg19" is kept as "vgg19-torchvision",
        because it is another network.

    Raises:
        WeightsError: there is nothing to import under this name, or other weights have it; or see
            `convert.read_vgg19`.
    """
    if _record(name).architecture != "vgg19":
        raise WeightsError(f"{name!r} comes with impasto; only a VGG-19 can be imported")
    record, weights = read_vgg19(path, preprocessing)
    _check_same(record, weights)
    with path.open("rb") as file:
        _keep(record, weights, path.name, hashlib.file_digest(file, "sha256").hexdigest())
    return record


def fetch(name: str, *, progress: Progress | None = None, offline: bool = False) -> WeightsRecord:
    """Download weights into the cache, check their SHA-256 and convert them, if need be.

    `IMPASTO_MIRROR` names a folder on another server that has the files under their own names.
    `IMPASTO_OFFLINE` is the same as `offline`.

    Raises:
        WeightsError: the name is unknown, or offline is set.
        DownloadError: the download failed.
    """
    record, about = _record(name), Metadata()
    if name in available():
        with suppress(WeightsError):  # damaged: get it anew
            verify(name)
            about = read_about(weights_path(record))
    if about.get("origin", "").startswith(UNKNOWN_ORIGIN):
        raise WeightsError(
            f"{weights_path(record)} holds weights of unknown origin, imported from a file; "
            "expected the published ones; remove that file first"
        )
    if about:
        return record
    if record.url is None:
        raise WeightsError(f"{weights_path(record)} is missing or damaged; install impasto again")
    file_name = record.url.rsplit("/", 1)[1]
    mirror = os.environ.get("IMPASTO_MIRROR")
    url = f"{mirror.rstrip('/')}/{file_name}" if mirror else record.url
    import_it = f"`impasto weights import {record.architecture} {file_name}`"
    by_hand = f"on another machine and say {import_it} here"
    if offline or os.environ.get("IMPASTO_OFFLINE", "0") not in ("", "0"):
        raise WeightsError(f"{name!r} is not fetched: offline; download {url} {by_hand}")
    path = weights_path(record).with_name(file_name)
    try:
        sha256 = download(url, path, record.sha256, progress=progress)
    except UnreachableError as error:
        raise UnreachableError(f"{error}; try again later, or download it {by_hand}") from error
    try:
        _, weights = read_vgg19(path, record.preprocessing)
        _keep(record, weights, file_name, sha256)
    finally:
        path.unlink()
    return record


def verify(name: str) -> WeightsRecord:
    """Read the file of these weights and check its SHA-256.

    Raises:
        MissingWeightsError: they are not on this machine.
        WeightsError: the name is unknown or the file is damaged.
    """
    record = _record(name)
    path = weights_path(record)
    load_weights(name)
    if record.shipped:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != record.sha256:
            raise WeightsError(f"{path} has the SHA-256 {found}, expected {record.sha256}")
    return record


def _check_same(record: WeightsRecord, weights: Weights) -> None:
    """Refuse to put other weights in the place of those that have their name: runs would differ."""
    place = weights_path(record)
    try:
        stored, metadata = read_weights(place)
    except (WeightsError, FileNotFoundError):  # damaged or not there: nothing is lost
        return
    if digest(stored) != digest(weights):
        raise WeightsError(
            f"{place} holds other weights ({metadata.get('origin')}); expected the same, because a "
            "run that used them could not be repeated; remove that file first"
        )


def _keep(record: WeightsRecord, weights: Weights, file_name: str, sha256: str) -> None:
    origin = f"{record.origin}; converted from {file_name}, sha256 {sha256}"
    write_weights(weights_path(record), weights, {**record.metadata(), "origin": origin})


def _record(name: str) -> WeightsRecord:
    if name == RANDOM:
        raise WeightsError("the weights 'random' need no file; use them as they are")
    if name not in TABLE:
        known = ", ".join((*TABLE, RANDOM))
        raise WeightsError(f"there are no weights {name!r}; expected one of {known}")
    return TABLE[name]
