"""A recipe as an ONNX file, for programs that have no torch: a photo of any size in, a picture out.

Only what one network does can leave: its graph has all that a run does to a photo of its size.
Sizes, masks and files stay with whoever runs it.
"""

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from importlib.util import find_spec
from os import PathLike
from typing import Protocol, runtime_checkable

import torch
from torch import nn

from impasto.choices import MIN_SIDE
from impasto.declare import Recipe, dataclass_of
from impasto.errors import ImpastoError
from impasto.images.destination import check_destination, replace_file
from impasto.registry import METHODS

INPUT, OUTPUT = "photo", "picture"
"""Names in the file. Both are (1, 3, h, w), float32, sRGB in [0, 1]."""

EXAMPLE = (64, 80)
"""Rows and columns of the photo by which the network is followed. Torch finds that other sides work
too if these need no padding; of those that do it concludes that all must."""


@runtime_checkable
class Exportable(Protocol):
    """Settings of a method that is one network."""

    def graph(self) -> nn.Module:
        """Return what makes a picture (1, 3, h, w) of a photo, both sRGB in [0, 1], in float32."""
        ...


def export(recipe: Recipe, path: str | PathLike[str]) -> None:
    """Write a recipe's network to an ONNX file that says of itself how it came about.

    Raises:
        ImpastoError: the recipe is not one network, a package is missing, or it can't be written.
    """
    method = recipe.method
    if not isinstance(method, Exportable):
        able = [name for name, each in METHODS.items() if hasattr(each, "graph")]
        raise ImpastoError(
            f"{recipe.name} is made by {method.name}, which is more than one network; expected a "
            f"recipe of {' or '.join(able)}"
        )
    if recipe.color != "as-is":
        raise ImpastoError(
            f"{recipe.name} has the color mode {recipe.color!r}, which needs the whole picture; "
            "expected 'as-is'; colors can be changed afterwards"
        )
    if find_spec("onnxscript") is None:
        raise ImpastoError(
            "the package onnxscript is not here; expected it for ONNX files: "
            "`pip install 'impasto[export]'`"
        )
    check_destination(path)
    replace_file(path, _onnx(method.graph().eval(), _about(recipe)))


def _about(recipe: Recipe) -> dict[str, str]:
    """Return what the file says of itself; each value is text."""
    made = {
        "recipe": recipe.name,
        "method": recipe.method.name,
        "settings": asdict(dataclass_of(recipe)),
        "color": recipe.color,
    }
    return {"impasto": json.dumps(made), "impasto version": version("impasto")}


def _onnx(graph: nn.Module, about: dict[str, str]) -> bytes:
    """Return a network as a file of ONNX, whose photo may have any height and width."""
    photo = torch.zeros(1, 3, *EXAMPLE)
    height, width = (torch.export.Dim(name, min=MIN_SIDE) for name in ("height", "width"))
    with _silence():
        program = torch.onnx.export(
            graph,
            (photo,),
            dynamo=True,
            dynamic_shapes=({2: height, 3: width},),
            input_names=[INPUT],
            output_names=[OUTPUT],
            verbose=False,
        )
    assert program is not None
    for node in program.model.graph.all_nodes():  # from where in which file of torch it came
        for each in (node, *node.outputs):
            each.metadata_props.clear()
    program.model.metadata_props.update(about)
    return program.model_proto.SerializeToString(deterministic=True)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep to itself what torch says of its own insides."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
