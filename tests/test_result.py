"""The Python API: pictures of any kind in, a finished picture that knows itself out."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from impasto import RECIPES, Result, stylize
from impasto.contracts import Inputs, Style
from impasto.images.metadata import read_metadata
from impasto.job import configure, find_recipe, prepare

QUICK = {"size": 32, "encoder": "random", "iterations": (2,), "precision": "float32"}


def as_pillow(image: torch.Tensor) -> PIL.Image.Image:
    return PIL.Image.fromarray((image[0].permute(1, 2, 0) * 255).round().byte().numpy())


@pytest.fixture
def files(tmp_path: Path, photo: torch.Tensor, painting: torch.Tensor) -> tuple[str, str]:
    paths = str(tmp_path / "photo.png"), str(tmp_path / "painting.png")
    as_pillow(photo).save(paths[0])
    as_pillow(painting).save(paths[1])
    return paths


def test_every_kind_of_picture_gives_the_same(files, photo, painting):
    pillow = as_pillow(photo), as_pillow(painting)
    arrays = tuple(np.asarray(each) for each in pillow)
    tensors = tuple(torch.from_numpy(each.copy()).permute(2, 0, 1) for each in arrays)
    results = [stylize(*pair, **QUICK).image for pair in (files, pillow, arrays, tensors)]
    assert all(torch.equal(results[0], other) for other in results[1:])


def test_result_knows_itself(files):
    result = stylize(*files, seed=4, **QUICK)
    assert isinstance(result, Result)
    assert result.image.shape == (1, 3, 23, 32)
    assert result.recipe.name == "standard"
    assert set(result.losses) >= {"content", "style"}
    assert result.seconds > 0
    assert result.evaluations == 2
    assert "standard: 32 x 23" in repr(result)


def test_result_shows_itself_in_a_notebook(files):
    png = stylize(*files, **QUICK)._repr_png_()
    assert png.startswith(b"\x89PNG")


def test_result_saves_itself_with_its_recipe(files, tmp_path: Path):
    result = stylize(*files, **QUICK)
    result.save(tmp_path / "picture.png")
    metadata = read_metadata(tmp_path / "picture.png")
    assert metadata is not None
    assert metadata["recipe"] == "standard"
    assert metadata["settings"]["size"] == 32
    assert [source["role"] for source in metadata["inputs"]] == ["content", "style"]
    assert all(len(source["sha256"]) == 64 for source in metadata["inputs"])
    assert metadata["versions"]["torch"] == torch.__version__
    json.dumps(metadata)


def test_transparency_is_kept(photo, painting):
    alpha = torch.ones(1, 1, 40, 56)
    alpha[..., :20] = 0.25
    result = stylize(torch.cat([photo, alpha], dim=1), painting, **QUICK)
    assert result.alpha is not None
    assert result.alpha.shape[-2:] == result.image.shape[-2:]
    assert result.alpha[..., 0].mean() == pytest.approx(0.25, abs=0.01)


def test_several_styles_masks_and_init(photo, painting):
    regions = torch.zeros(1, 1, 40, 56)
    regions[..., 28:] = 1
    style_regions = torch.zeros(1, 1, 48, 36)
    style_regions[..., :18] = 1
    settings = {**QUICK, "iterations": (8,)}  # the first step may be too long to be kept
    plain = stylize(photo, painting, **settings).image
    results = [
        stylize(photo, [painting, painting.flip(1)], style_weights=[1, 3], **settings),
        stylize(photo, painting, content_mask=regions, style_masks=[style_regions], **settings),
        stylize(photo, painting, init=photo.flip(-1), **settings),
    ]
    for result in results:
        assert not torch.equal(result.image, plain)


def test_three_soft_regions_as_a_tensor_and_as_a_list(photo, painting):
    own, theirs = torch.rand(3, 1, 40, 56), torch.rand(3, 1, 48, 36)
    stacked = stylize(photo, painting, content_mask=own, style_masks=[theirs], **QUICK)
    listed = stylize(
        photo, painting, content_mask=list(own[:, 0]), style_masks=list(theirs[:, 0]), **QUICK
    )
    assert torch.equal(stacked.image, listed.image)
    roles = [each["role"] for each in stacked.metadata["inputs"]]
    assert roles == ["content", "style"] + ["content mask"] * 3 + ["style mask"] * 3


def test_a_network_of_no_table_is_not_stood_in_for():
    """The name `random` needs no file, and of a name that does not exist nothing can be fetched."""
    standard = RECIPES["standard"]
    for encoder in ("random", "vgg99"):
        named = replace(standard, method=replace(standard.method, encoder=encoder))
        recipe, notes = configure(named)
        assert (recipe.method.encoder, notes) == (encoder, ())


def test_strength_0_is_the_photo(photo, painting):
    settings = {**QUICK, "size": 56, "iterations": (6,), "strength": 0.0, "tv_weight": 0.0}
    result = stylize(photo, painting, **settings)
    assert (result.image - photo).abs().max() < 1 / 255


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"recipe": "gatis-2016"}, "'gatis-2016' is not a recipe"),
        ({"sise": 64}, "'sise' is not a setting"),
        ({"size": 4}, "size is 4; expected at least 16"),
        ({"style_weights": [1, 2]}, "2 style weights for 1 style"),
        ({"content_mask": torch.ones(1, 1, 40, 56)}, "1 content mask and 0 style masks"),
        ({"encoder": "vgg20"}, "vgg20"),
    ],
)
def test_a_mistake_gets_one_sentence(photo, painting, arguments, words: str):
    with pytest.raises(ValueError, match=words) as caught:
        stylize(photo, painting, **{**QUICK, **arguments})
    assert "\n" not in str(caught.value)


def test_shipped_network_stands_in_for_one_that_is_not_here(monkeypatch, tmp_path: Path):
    monkeypatch.setenv("IMPASTO_HOME", str(tmp_path))
    published = RECIPES["neural-style-2015"]
    recipe, notes = configure(published)
    assert recipe.method.encoder == "vgg16"
    assert "vgg16 stands in" in notes[0]
    recipe, notes = configure(published, {"encoder": "vgg19"})
    assert recipe.method.encoder == "vgg19"
    assert notes == ()


@pytest.mark.parametrize("name", RECIPES)
def test_a_size_is_that_of_the_longer_side_in_every_recipe(name):
    recipe, _ = configure(RECIPES[name], {"size": 64})
    inputs = Inputs(torch.zeros(1, 3, 60, 90), (Style(torch.zeros(1, 3, 40, 40)),))
    assert max(recipe.method.plan(inputs)[-1].size) == 64


def test_another_side_can_be_asked_for():
    recipe, _ = configure(RECIPES["standard"], {"size": 64, "size_of": "shorter"})
    inputs = Inputs(torch.zeros(1, 3, 60, 90), (Style(torch.zeros(1, 3, 40, 40)),))
    assert recipe.method.plan(inputs)[-1].size == (64, 96)


def test_nearest_recipes_are_named():
    with pytest.raises(ValueError, match="gatys-2016-notebook"):
        find_recipe("gatys-2015")


def test_a_job_describes_all_that_decides_the_result(photo, painting):
    job = prepare(photo, painting, recipe="standard", settings=QUICK, seed=7)
    described = job.describe()
    assert described["seed"] == 7
    assert described["settings"]["encoder"] == "random"
    assert described["color"] == "as-is"
