"""What leaves as ONNX gives, in onnxruntime, the pictures of our own runs."""

import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import onnxruntime
import pytest
import torch

from impasto import RECIPES
from impasto.contracts import Inputs
from impasto.errors import ImpastoError
from impasto.export import INPUT, OUTPUT, export
from impasto.images.picture import ImageError
from impasto.methods.johnson_settings import Johnson
from impasto.registry import build_method, unlisted_recipe

PAINTER = Johnson(
    network="random",
    precision="float32",
    paintings=("one", "other"),
    shares=(1.0, 3.0),
    strength=0.8,
)
RECIPE = replace(unlisted_recipe("mine", "johnson"), method=PAINTER)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "mine.onnx"
    export(RECIPE, path)
    return path


@pytest.fixture(scope="module")
def session(file):
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


@pytest.mark.parametrize("size", [(48, 64), (45, 61), (64, 33), (32, 32), (150, 301)])
def test_any_size_gives_the_same_picture(session, size):
    photo = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(0))
    *_, last = replace(PAINTER, size=max(size)).run(Inputs(photo, ()), rng=torch.Generator())
    (found,) = session.run([OUTPUT], {INPUT: photo.numpy()})
    assert found.shape == photo.shape
    assert np.abs(found - last.image.numpy()).max() < 1 / 255 / 10


def test_the_file_says_how_it_came_about(session):
    about = session.get_modelmeta().custom_metadata_map
    made = json.loads(about["impasto"])
    assert made["recipe"] == "mine"
    assert build_method(made["method"], made["settings"]) == PAINTER


def test_the_same_recipe_gives_the_same_bytes(file, tmp_path):
    export(RECIPE, tmp_path / "again.onnx")
    assert (tmp_path / "again.onnx").read_bytes() == file.read_bytes()


def test_what_is_more_than_one_network_is_refused(tmp_path):
    with pytest.raises(ImpastoError, match=r"gatys, which is more than one.* a recipe of johnson"):
        export(RECIPES["standard"], tmp_path / "x.onnx")
    assert not list(tmp_path.iterdir())


def test_colors_of_the_whole_picture_are_refused(tmp_path):
    with pytest.raises(ImpastoError, match="'luminance'"):
        export(replace(RECIPE, color="luminance"), tmp_path / "x.onnx")


def test_an_unknown_painting_is_refused(tmp_path):
    recipe = replace(RECIPE, method=replace(PAINTER, paintings=("third",), shares=(1.0,)))
    with pytest.raises(ImpastoError, match="hasn't learned 'third'"):
        export(recipe, tmp_path / "x.onnx")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ImageError, match="doesn't exist"):
        export(RECIPE, tmp_path / "none" / "x.onnx")


def test_without_onnxscript_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("impasto.export.find_spec", lambda name: None if "onnx" in name else name)
    assert find_spec("onnxscript")
    with pytest.raises(ImpastoError, match=r"pip install 'impasto\[export\]'"):
        export(RECIPE, tmp_path / "x.onnx")
