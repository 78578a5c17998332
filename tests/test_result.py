"""The Python API: pictures of any kind in, a finished picture that knows itself out."""

import json
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from impasto import RECIPES, Result, stylize
from impasto.contracts import Inputs, Style
from impasto.errors import ImpastoError
from impasto.images.metadata import read_metadata
from impasto.images.picture import ImageError
from impasto.job import configure, prepare
from impasto.recipes import find_recipe

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
        stylize(photo, painting, init_image=photo.flip(-1), **settings),
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


def test_evaluations_are_those_that_were_made(photo, painting):
    scales = {"size": 48, "scale_step": 1.5, "iterations": (40, 40), "tolerance": 1.0}
    result = stylize(photo, painting, **{**QUICK, **scales, "patience": 2})
    assert result.evaluations == result.metadata["evaluations"] == 6
    assert [note.split(":")[0] for note in result.notes] == ["evaluation 3", "evaluation 6"]


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


@pytest.mark.parametrize("kind", ["path", "relative", "pillow", "file"])
def test_an_input_is_never_replaced(files, tmp_path: Path, monkeypatch, kind):
    photo, painting = files
    before = Path(photo).read_bytes()
    monkeypatch.chdir(tmp_path)
    opens = {
        "path": lambda: nullcontext(Path(photo)),
        "relative": lambda: nullcontext("photo.png"),
        "pillow": lambda: PIL.Image.open(photo),
        "file": lambda: Path(photo).open("rb"),  # noqa: SIM115
    }
    with opens[kind]() as source:
        result = stylize(source, painting, **QUICK)
    monkeypatch.chdir("/")
    for victim in files:
        with pytest.raises(ImageError, match="is the input"):
            result.save(victim)
    assert Path(photo).read_bytes() == before


def test_masks_and_start_are_inputs_too(files, tmp_path: Path):
    mask = np.zeros((40, 56), np.uint8)
    mask[:, 28:] = 255
    names = [str(tmp_path / f"{name}.png") for name in ("mask", "style_mask", "init")]
    PIL.Image.fromarray(mask).save(names[0])
    style_mask = np.zeros((48, 36), np.uint8)
    style_mask[:, 18:] = 255
    PIL.Image.fromarray(style_mask).save(names[1])
    PIL.Image.fromarray(mask).save(names[2])
    result = stylize(
        *files, content_mask=names[0], style_masks=[names[1]], init_image=names[2], **QUICK
    )
    assert sorted(result.files) == sorted([*files, *names])


def test_what_a_format_cannot_hold_is_said(photo, painting, tmp_path: Path):
    alpha = torch.ones(1, 1, 40, 56)
    alpha[..., :20] = 0.25
    result = stylize(torch.cat([photo, alpha], dim=1), painting, **QUICK)
    assert result.save(tmp_path / "a.png") == ()
    (note,) = result.save(tmp_path / "a.jpg")
    assert "lies on white" in note


def test_a_run_that_does_not_fit_is_not_started(photo, painting, monkeypatch):
    monkeypatch.setattr("impasto.estimate.available_memory", lambda device: 10**6)
    with pytest.raises(ImpastoError, match=r"this run would need .* of memory"):
        stylize(photo, painting, **QUICK)


WRONG = {
    "seed='x'": "TypeError: the seed is 'x'; expected a whole number",
    "seed=None": "TypeError: the seed is None; expected a whole number",
    "seed=1.5": "TypeError: the seed is 1.5; expected a whole number",
    "seed=True": "TypeError: the seed is True; expected a whole number",
    "seed=-1": "ImpastoError: the seed is -1; expected 0 to",
    "seed=np.int64(-1)": "ImpastoError: the seed is -1; expected 0 to",
    "iterations=()": "ImpastoError: iterations has 0 numbers; expected at least 1",
    "betas=(0.9,)": "ImpastoError: betas has 1 number; expected 2",
    "betas=(0.9, 0.9, 0.9)": "ImpastoError: betas has 3 numbers; expected 2",
    "device='gpu9'": "ImpastoError: the device 'gpu9' can't be used",
    "device=None": "ImpastoError: the device 'None' can't be used",
    "recipe=None": "TypeError: the recipe is None; expected the name of one, or a Recipe",
    "recipe=RECIPES['standard'].method": "TypeError: the recipe is Gatys(",
    "color='sepia'": "ImpastoError: the color is 'sepia'; expected one of 'as-is'",
    "style_weights=np.array([1.0, 2.0])": "ImpastoError: 2 style weights for 1 style",
    "style_weights=[]": "ImpastoError: 0 style weights for 1 style",
    "style_weights=1.0": "TypeError: style_weights is 1.0; expected a list",
    "style_weights='1'": "TypeError: style_weights is '1'; expected a list",
    "style_weights=['1']": "TypeError: style_weights is ['1']; expected a list",
    "style_weights=[True]": "TypeError: style_weights is [True]; expected a list",
    "size=np.bool_(True)": "TypeError: size is True; expected int",
    "size=10**400": "ImpastoError: size is 1000",
    "scale_step=1e300, iterations=(2, 2, 2)": "ImpastoError: scale_step is 1e+300; expected",
}
TRY_ALL = """
import json, sys
import numpy as np
from impasto import RECIPES, stylize
pixels = np.zeros((40, 40, 3), np.uint8)
for arguments in json.loads(sys.argv[1]):
    try:
        eval(f"stylize(pixels, pixels, **dict(dict(size=32, iterations=(1,)), {arguments}))")
        print("nothing")
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
"""


@pytest.fixture(scope="module")
def answers():
    """What each wrong call raises in a process of its own, where no test checks types."""
    command = [sys.executable, "-c", TRY_ALL, json.dumps(list(WRONG))]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(zip(WRONG, said.stdout.splitlines(), strict=True))


@pytest.mark.parametrize("arguments", WRONG)
def test_a_wrong_argument_gets_one_sentence(answers, arguments: str):
    assert answers[arguments].startswith(WRONG[arguments])


def test_numbers_of_numpy_are_numbers(photo, painting, tmp_path: Path):
    plain = stylize(photo, [painting, 1 - painting], style_weights=[1, 3], seed=5, **QUICK)
    numpy = {
        **QUICK,
        "size": np.int64(32),
        "iterations": np.array([2]),
        "style_layers": {"relu1_1": np.float32(1)},
    }
    same = stylize(
        photo,
        [painting, 1 - painting],
        style_weights=np.array([1, 3], np.float32),
        seed=np.int64(5),
        **{**numpy, "style_layers": RECIPES["standard"].method.style_layers},
    )
    assert torch.equal(same.image, plain.image)
    same.save(tmp_path / "same.png")
    stylize(photo, painting, **numpy).save(tmp_path / "layers.png")
    metadata = read_metadata(tmp_path / "layers.png")
    assert metadata is not None
    assert metadata["settings"]["style_layers"] == {"relu1_1": 1.0}


def test_a_random_network_of_a_recipe_is_no_missing_one():
    standard = RECIPES["standard"]
    own = replace(standard, method=replace(standard.method, encoder="random"))
    recipe, notes = configure(own)
    assert recipe.method.encoder == "random"
    assert notes == ()


def test_a_job_tells_networks_of_one_name_apart(photo, painting, monkeypatch):
    first = prepare(photo, painting, settings=QUICK).describe()["weights"]
    other = prepare(photo, painting, settings={**QUICK, "encoder": "vgg16"}).describe()["weights"]
    assert len(first) == len(other) == 64
    assert first != other


def test_settings_are_named_as_on_the_command_line(photo, painting):
    quick = {**QUICK, "iterations": 2}  # a list of one number
    noise = stylize(photo, painting, **{**quick, "init": "noise"})
    assert noise.evaluations == 2
    assert not torch.equal(noise.image, stylize(photo, painting, **quick).image)


def test_two_starts_are_refused(photo, painting):
    with pytest.raises(ImpastoError, match="a picture to start from and the setting init"):
        stylize(photo, painting, init="noise", init_image=photo, **QUICK)


def test_a_misspelled_name_is_told_the_nearest(photo, painting):
    with pytest.raises(ImpastoError, match=r"did you mean standard\?"):
        stylize(photo, painting, recipe="standrad")
    with pytest.raises(ImpastoError, match="'siz' is not a setting of gatys; did you mean size"):
        stylize(photo, painting, siz=64)
