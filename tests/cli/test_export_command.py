"""`impasto export`: a file for programs without torch, or one sentence."""

from dataclasses import replace

import onnxruntime
import pytest

from impasto import RECIPES
from impasto.methods.johnson_settings import Johnson
from impasto.registry import unlisted_recipe


@pytest.fixture
def painter(monkeypatch):
    """A recipe of a network that nobody trained."""
    settings = Johnson(network="random", precision="float32")
    recipe = replace(unlisted_recipe("painter", "johnson"), method=settings)
    monkeypatch.setitem(RECIPES, "painter", recipe)


def test_a_file_is_written_and_said(painter, impasto, folder):
    words = ("--paintings", "other", "--strength", 0.5)
    code, _, said = impasto("export", "painter", "painter.onnx", *words)
    assert code == 0 and "saved painter.onnx: photo (1, 3, height, width)" in said
    session = onnxruntime.InferenceSession(folder / "painter.onnx")
    assert '"paintings": ["other"]' in session.get_modelmeta().custom_metadata_map["impasto"]


def test_quiet_says_nothing(painter, impasto, folder):
    assert impasto("export", "painter", "painter.onnx", "--quiet") == (0, "", "")


def test_help_shows_the_values_of_the_recipe(painter, impasto):
    assert "default: random" in impasto("export", "painter", "--help")[1]
    assert "RECIPE" in impasto("export", "--help")[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "RECIPE"),
        (("painter",), "FILE"),
        (("standard", "x.onnx"), "standard is made by gatys, which is more than one network"),
        (("painters", "x.onnx"), "'painters' is not a recipe"),
        (("--quiet", "painter", "x.onnx"), "--quiet stands before the recipe"),
        (("painter", "none/x.onnx"), "doesn't exist"),
        (("painter", "x.onnx", "--paintings", "third"), "hasn't learned 'third'"),
        (("painter", "x.onnx", "--strength", "2"), "strength is 2.0; expected"),
        (("painter", "x.onnx", "--network", "none.safetensors"), "no trained network"),
        (("painter", "x.onnx", "more"), "more"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(painter, impasto, folder, words, sentence):
    before = sorted(folder.iterdir())
    code, _, said = impasto("export", *words)
    assert code == 2 and sentence in said and said.count("\n") == 1
    assert sorted(folder.iterdir()) == before
