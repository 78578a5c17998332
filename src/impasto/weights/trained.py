"""Networks that were trained here: those that ship, by name, and files of the user's own."""

from pathlib import Path

from impasto.weights.format import Metadata, Weights, read_about, read_weights
from impasto.weights.store import RANDOM, SHIPPED, weights_digest
from impasto.weights.table import WeightsError

TRAINED: dict[str, str] = {
    "wct": "the decoder of wct: a picture back from the features of any level",
}
"""What ships, and what it is for. The file of each says how it was trained, and how long."""


def trained_path(name: str) -> Path:
    """Return the file of a network that ships, or of one that `impasto train` wrote.

    Raises:
        WeightsError: there is none.
    """
    shipped = SHIPPED / f"{name}.safetensors"
    if name in TRAINED and shipped.is_file():
        return shipped
    if Path(name).is_file():
        return Path(name)
    known = ", ".join(TRAINED)
    raise WeightsError(
        f"there is no trained network {name!r}; expected one of {known}, or a file that "
        "`impasto train` wrote"
    )


def trained_about(name: str, kind: str) -> Metadata:
    """Return what the file of a network says about it, without reading its tensors.

    Raises:
        WeightsError: there is none, its file is damaged, or it is of another kind.
    """
    about = read_about(trained_path(name))
    if about.get("kind") != kind:
        raise WeightsError(
            f"{name} holds a network of the kind {about.get('kind', 'encoder')!r}; expected "
            f"{kind!r}; choose another one"
        )
    return about


def load_trained(name: str, kind: str) -> tuple[Weights, Metadata]:
    """Return the weights of a network in float32, and what its file says about it.

    Raises:
        WeightsError: there is none, its file is damaged, or it is of another kind.
    """
    trained_about(name, kind)
    stored, about = read_weights(trained_path(name))
    return {key: tensor.float() for key, tensor in stored.items()}, about


def verify_trained(name: str) -> Path:
    """Read the file of a network and check its SHA-256; return where it is.

    Raises:
        WeightsError: there is none, or it is damaged.
    """
    path = trained_path(name)
    read_weights(path)
    return path


def trained_digest(name: str) -> str:
    """Return the SHA-256 of a network's weights as its file states it.

    Raises:
        WeightsError: there is none, or its file is damaged.
    """
    if name == RANDOM:
        return weights_digest(RANDOM)
    return read_about(trained_path(name))["sha256"]
