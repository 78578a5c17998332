"""The one format of every file of weights of ours: safetensors that say what they are.

Keys are `conv{block}_{j}.weight`, shape (out, in, 3, 3), and `conv{block}_{j}.bias`, shape (out,).
The metadata holds `architecture`, `channels`, `mean`, `std` (see `table.Preprocessing`), `license`,
`origin`, `paper`, and `sha256`: the digest of the tensors, by which damage is noticed.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from impasto.atomic import write_atomically
from impasto.weights.table import WeightsError

Weights = dict[str, Tensor]
Metadata = dict[str, str]


def digest(weights: Mapping[str, Tensor]) -> str:
    """SHA-256 over names, types, shapes and values, so that it holds whatever the file's layout."""
    sha = hashlib.sha256()
    for name in sorted(weights):
        tensor = weights[name].detach().cpu().contiguous()
        sha.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        sha.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return sha.hexdigest()


def write_weights(path: Path, weights: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Write a file whole or not at all; the same weights and metadata give the same bytes.

    Raises:
        WeightsError: the disk is full, or the folder can't be written to.
    """
    tensors = {name: tensor.contiguous() for name, tensor in weights.items()}
    content = _sorted_header(save(tensors, {**metadata, "sha256": digest(weights)}))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    except OSError as error:
        raise WeightsError(
            f"{path} can't be written ({error.strerror}); make room, or choose another "
            "folder: that of imported weights is IMPASTO_HOME"
        ) from error


def read_weights(path: Path) -> tuple[Weights, Metadata]:
    """Read a file of ours and check its digest; the tensors keep the type they are stored in.

    Raises:
        FileNotFoundError: there is no such file.
        WeightsError: the file is damaged, or was not written by impasto.
    """
    with _opened(path) as (file, metadata):
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    if metadata["sha256"] != digest(weights):
        raise WeightsError(f"{path} is damaged: its SHA-256 differs; remove it and get it again")
    return weights, metadata


def read_about(path: Path) -> Metadata:
    """Return what a file of ours says about itself, without reading and checking its tensors.

    Raises:
        FileNotFoundError: there is no such file.
        WeightsError: the file is damaged, or was not written by impasto.
    """
    with _opened(path) as (_, metadata):
        return metadata


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Metadata]]:
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if "sha256" not in metadata:
                raise WeightsError(
                    f"{path} was not written by impasto; expected what `import` writes"
                )
            yield file, metadata
    except SafetensorError as error:
        raise WeightsError(
            f"{path} is damaged, or no file of safetensors ({error}); expected one of impasto's; "
            "get it again, or name another one"
        ) from None


def _sorted_header(content: bytes) -> bytes:
    """The same file with its metadata in alphabetical order: safetensors shuffles it every time."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)  # the tensors start at a multiple of 8 bytes
    return len(text).to_bytes(8, "little") + text + content[8 + size :]
