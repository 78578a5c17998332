import json
import os
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest
import torch

from impasto import stylize as stylize_in_python
from impasto.images.metadata import read_metadata
from impasto.images.write import save_image
from impasto.recipes import RECIPES


@pytest.fixture
def made(stylize):
    """A picture with settings, a seed and colors that are not the defaults."""
    settings = ("--init-noise", "0.3", "--content-weight", "2", "--style-layers", "relu2_1", "1")
    assert stylize("-o", "out.png", "--seed", "4", "--color", "histogram", *settings)[0] == 0
    return "out.png"


def test_the_picture_is_identical(made, impasto, pixels):
    code, out, err = impasto("rerun", made, "-o", "again.png")
    assert (code, err) == (0, "")
    assert out.startswith("again.png: 32 x 26 pixels, standard, 4 evaluations in ")
    assert np.array_equal(pixels("again.png"), pixels(made))
    first, second = read_metadata(made), read_metadata("again.png")
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".tiff"])
def test_from_other_formats(stylize, impasto, pixels, suffix):
    stylize("-o", f"out{suffix}", "--seed", "2")
    assert impasto("rerun", f"out{suffix}")[1].startswith(f"out-again{suffix}: ")
    assert np.array_equal(pixels(f"out-again{suffix}"), pixels(f"out{suffix}"))


def test_everything_together(impasto, folder, pixels):
    mask = np.zeros((36, 36), np.uint8)
    mask[:, 18:] = 255
    PIL.Image.fromarray(mask).save(folder / "style-mask.png")
    PIL.Image.fromarray(mask[:32, :]).resize((40, 32)).save(folder / "mask.png")
    code, _, _ = impasto(
        *("stylize", "photo.png", "painting.png", "another.png", "-o", "out.png"),
        *("--style-weights", "2", "1", "--content-mask", "mask.png"),
        *("--style-masks", "style-mask.png", "style-mask.png", "--init-image", "photo.png"),
        *("--size", "32", "--iterations", "3", "--recipe", "gatys-2017", "--seed", "8"),
    )
    assert code == 0
    assert impasto("rerun", "out.png", "--quiet") == (0, "", "")
    assert np.array_equal(pixels("out-again.png"), pixels("out.png"))


def test_a_gray_mask_for_each_region(impasto, folder, pixels):
    for name, (h, w) in {"own": (32, 40), "theirs": (36, 36)}.items():
        places = np.linspace(0, 255, w)
        for number, values in enumerate((places, 255 - places, np.minimum(places, 255 - places))):
            gray = np.tile(values, (h, 1)).astype(np.uint8)
            PIL.Image.fromarray(gray).save(folder / f"{name}{number}.png")
    own, theirs = ([f"{name}{number}.png" for number in range(3)] for name in ("own", "theirs"))
    stylize = ("stylize", "photo.png", "painting.png", "another.png", "--size", "32")
    code, _, err = impasto(
        *(*stylize, "--iterations", "2", "-o", "out.png"),
        *("--content-mask", *own, "--style-masks", *theirs, *theirs[::-1]),
    )
    assert (code, err) == (0, "")
    roles = [each["role"] for each in read_metadata("out.png")["inputs"]]
    assert roles == ["content", "style", "style"] + ["content mask"] * 3 + ["style mask"] * 6
    assert impasto("rerun", "out.png", "--quiet") == (0, "", "")
    assert np.array_equal(pixels("out-again.png"), pixels("out.png"))
    code, _, err = impasto(*stylize, "--content-mask", *own, "--style-masks", *theirs)
    assert code == 2
    assert "3 content masks and 3 style masks for 2 styles; expected as many for each" in err


def test_a_picture_of_the_python_api(impasto, folder, pixels):
    stylize_in_python("photo.png", "painting.png", size=32, iterations=(2,)).save("out.png")
    assert impasto("rerun", "out.png", "--json")[0] == 0
    assert np.array_equal(pixels("out-again.png"), pixels("out.png"))


def test_from_another_folder_it_looks_beside_the_picture(made, impasto, folder, monkeypatch):
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    code, out, _ = impasto("rerun", "../out.png")
    assert code == 0
    assert out.startswith("../out-again.png: ")


def test_moved_inputs_can_be_named(made, impasto, folder, pixels):
    os.rename("photo.png", "moved.png")
    code, _, err = impasto("rerun", made)
    assert code == 2
    assert err.startswith("impasto: the content of out.png, photo.png, is not a file here")
    assert "--content" in err
    code, _, err = impasto("rerun", made, "--content", "moved.png", "--styles", "painting.png")
    assert (code, err) == (0, "")
    assert np.array_equal(pixels("out-again.png"), pixels(made))


def test_another_picture_under_the_same_name_is_refused(made, impasto, folder):
    os.replace("another.png", "painting.png")
    code, _, err = impasto("rerun", made)
    assert code == 2
    assert err.startswith("impasto: painting.png is not the picture any more that was the style")


def test_another_picture_may_be_wanted(made, impasto):
    code, _, err = impasto("rerun", made, "--styles", "another.png")
    assert code == 0
    assert err == "impasto: another.png is another picture than the style was then\n"


def test_the_number_of_styles_must_agree(made, impasto):
    code, _, err = impasto("rerun", made, "--styles", "painting.png", "another.png")
    assert code == 2
    assert "--styles got 2 pictures, and out.png was made with 1; expected as many" in err


def test_it_never_overwrites_what_it_repeats(made, impasto):
    code, _, err = impasto("rerun", made, "-o", made)
    assert code == 2
    assert err.startswith("impasto: out.png is the input out.png")


def test_another_version_is_said(made, impasto, monkeypatch):
    monkeypatch.setattr("impasto.job.version", lambda name: "9.9")
    code, _, err = impasto("rerun", made)
    assert code == 0
    assert err.endswith(", and here it is 9.9: details may differ\n")


def test_the_number_of_threads_is_restored(made, impasto):
    torch.set_num_threads(2)
    assert impasto("rerun", made, "--quiet") == (0, "", "")
    assert torch.get_num_threads() == 1


def test_a_picture_that_says_nothing(impasto):
    code, _, err = impasto("rerun", "photo.png")
    assert code == 2
    assert err.startswith("impasto: photo.png doesn't say how it was made")


@pytest.mark.parametrize(
    "damage",
    [
        {"recipe": "no-such", "method": "no-such"},
        {"recipe": "no-such", "method": None},
        {"recipe": 3},
        {"inputs": 5},
        {"inputs": []},
        {"inputs": [{"role": "content"}]},
        {"settings": {"size": "large"}},
        {"settings": {"sise": 32}},
        {"settings": None},
        {"seed": "x"},
        {"seed": 1.5},
        {"machine": None},
        {"machine": {"threads": "x"}},
        {"machine": {"threads": 1.5}},
        {"stopped": True, "evaluations": "x"},
        {"stopped": True, "evaluations": None},
        {"settings": {"iterations": []}},
        {"style_weights": "many"},
        {"color": "sepia"},
    ],
    ids=json.dumps,
)
def test_damaged_metadata(made, impasto, folder, damage):
    """Somebody else wrote what the picture says of itself."""
    image = torch.zeros(1, 3, 8, 8)
    save_image("strange.png", image, metadata={**read_metadata(made), **damage})
    code, out, err = impasto("rerun", "strange.png")
    assert (code, out) == (2, "")
    assert err.startswith("impasto: ")
    assert err.count("\n") == 1
    assert not (folder / "strange-again.png").exists()


@pytest.fixture
def masked(impasto, folder, pixels):
    """A picture made with regions and a first picture."""
    mask = np.zeros((36, 36), np.uint8)
    mask[:, 18:] = 255
    PIL.Image.fromarray(mask).save(folder / "style-mask.png")
    PIL.Image.fromarray(mask[:32, :]).resize((40, 32)).save(folder / "mask.png")
    PIL.Image.fromarray(pixels("photo.png")[:, ::-1].copy()).save(folder / "start.png")
    code, _, _ = impasto(
        *("stylize", "photo.png", "painting.png", "-o", "out.png", "--content-mask", "mask.png"),
        *("--style-masks", "style-mask.png", "--init-image", "start.png"),
        *("--size", "32", "--iterations", "3"),
    )
    assert code == 0
    return "out.png"


def test_moved_masks_and_starts_can_be_named(masked, impasto, folder, pixels):
    (folder / "place").mkdir()
    moved = {"--content-mask": "mask", "--style-masks": "style-mask", "--init-image": "start"}
    words = []
    for flag, name in moved.items():
        os.rename(f"{name}.png", f"place/new-{name}.png")
        code, _, err = impasto("rerun", masked, *words)
        assert code == 2
        assert err.endswith(f"say where it is with {flag}\n")
        words += [flag, f"place/new-{name}.png"]
    assert impasto("rerun", masked, *words, "--quiet") == (0, "", "")
    assert np.array_equal(pixels("out-again.png"), pixels(masked))


def test_a_picture_that_was_not_given_cannot_be_named(made, impasto):
    code, _, err = impasto("rerun", made, "--init-image", "another.png")
    assert code == 2
    assert "--init-image got 1 picture, and out.png was made with 0" in err


def test_a_picture_made_of_arrays(impasto, folder, pixels):
    """No file is known, but a file of the same pixels is the same picture."""
    arrays = [pixels(f"{name}.png") for name in ("photo", "painting")]
    stylize_in_python(*arrays, size=32, iterations=(2,)).save("out.png")
    code, _, err = impasto("rerun", "out.png")
    assert code == 2
    assert err.startswith("impasto: the content of out.png, the array, is not a file here")
    code, _, err = impasto("rerun", "out.png", "--content", "photo.png", "--styles", "painting.png")
    assert (code, err) == (0, "")
    assert np.array_equal(pixels("out-again.png"), pixels("out.png"))


def test_a_recipe_of_ones_own(impasto, folder, pixels):
    """impasto doesn't know its name, but the picture has all of its settings."""
    standard = RECIPES["standard"]
    own = replace(standard, name="mine", method=replace(standard.method, content_weight=2.0))
    stylize_in_python("photo.png", "painting.png", recipe=own, size=32, iterations=(2,)).save(
        "out.png"
    )
    code, out, err = impasto("rerun", "out.png")
    assert (code, err) == (0, "")
    assert "mine" in out
    assert np.array_equal(pixels("out-again.png"), pixels("out.png"))
    assert read_metadata("out-again.png")["recipe"] == "mine"


def test_other_weights_are_said(made, impasto, monkeypatch):
    monkeypatch.setattr("impasto.job.weights_digest", lambda name: "0" * 64)
    code, _, err = impasto("rerun", made)
    assert code == 0
    assert err == (
        "impasto: out.png was made with other weights of its network: the picture will differ\n"
    )


def test_changes_are_said_and_all_else_stays(made, impasto, pixels):
    assert impasto("rerun", made, "--size", "24", "--seed", "9", "-o", "small.png")[0] == 0
    before, after = read_metadata(made), read_metadata("small.png")
    changed = {
        key for key in before["settings"] if before["settings"][key] != after["settings"][key]
    }
    assert changed == {"size"}
    assert after["seed"] == 9
    assert (after["color"], after["inputs"]) == (before["color"], before["inputs"])
    assert pixels("small.png").shape[:2] == (19, 24)


def test_another_recipe_has_its_own_settings(made, impasto, folder):
    assert impasto("rerun", made, "--recipe", "symoon94-2018", "--size", "16")[0] == 0
    after = read_metadata("out-again.png")
    assert after["recipe"] == "symoon94-2018"
    assert after["settings"]["style_layers"] == RECIPES["symoon94-2018"].method.style_layers
    assert after["settings"]["size"] == 16


def test_an_unasked_recipe_to_change_to(made, impasto):
    code, _, err = impasto("rerun", made, "--recipe", "drat")
    assert code == 2
    assert "'drat' is not a recipe; did you mean draft?" in err
