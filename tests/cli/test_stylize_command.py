import json
import os

import numpy as np
import PIL.Image
import pytest
import torch

from impasto import stylize as stylize_in_python
from impasto.cli.run import attend
from impasto.images.metadata import read_metadata
from impasto.images.picture import ImageError


def test_the_picture_is_that_of_the_python_api(stylize, pixels):
    code, out, err = stylize("-o", "out.png", "--content-weight", "3", "--seed", "5")
    assert (code, err) == (0, "")
    assert out.count("\n") == 1
    assert out.startswith("out.png: 32 x 26 pixels, standard, 4 evaluations in ")
    assert "content" in out
    assert "style" in out
    result = stylize_in_python(
        "photo.png", "painting.png", size=32, iterations=(4,), content_weight=3.0, seed=5
    )
    expected = (result.image[0].permute(1, 2, 0) * 255 + 0.5).byte().numpy()
    assert np.array_equal(pixels("out.png"), expected)


def test_json(stylize):
    code, out, err = stylize("-o", "out.png", "--json", "--seed", "7")
    record = json.loads(out)
    assert (code, err) == (0, "")
    assert record["path"] == "out.png"
    assert record["recipe"] == "standard"
    assert record["method"] == "gatys"
    assert record["seed"] == 7
    assert record["size"] == [32, 26]
    assert record["evaluations"] == 4
    assert record["seconds"] > 0
    assert set(record["losses"]) >= {"content", "style"}
    assert record["notes"] == []


def test_quiet_says_nothing(stylize, folder):
    assert stylize("-o", "out.jpg", "--quiet") == (0, "", "")
    assert (folder / "out.jpg").is_file()


def test_an_enlarged_content_is_said(stylize):
    code, out, err = stylize("-o", "out.png", "--size", "48", "--json")
    note = "the content was enlarged from 40 x 32 to 48 x 38"
    assert code == 0
    assert err == f"impasto: {note}\n"
    assert json.loads(out)["notes"] == [note]


def test_a_made_up_name_never_overwrites(stylize, folder):
    assert stylize()[1].startswith("photo-painting.png: ")
    before = (folder / "photo-painting.png").read_bytes()
    assert stylize("--seed", "2")[1].startswith("photo-painting-2.png: ")
    assert (folder / "photo-painting.png").read_bytes() == before


def test_a_given_name_is_overwritten(stylize, folder):
    (folder / "out.png").write_bytes(b"old")
    assert stylize("-o", "out.png")[0] == 0
    assert (folder / "out.png").read_bytes() != b"old"


def test_a_folder_takes_the_picture_under_a_name_made_up(stylize, folder):
    (folder / "out").mkdir()
    assert stylize("-o", "out/")[1].startswith("out/photo-painting.png: ")
    assert stylize("-o", "out")[1].startswith("out/photo-painting-2.png: ")


def test_metadata_can_be_left_out(stylize):
    stylize("-o", "with.png")
    stylize("-o", "without.png", "--no-metadata")
    assert read_metadata("with.png")["recipe"] == "standard"
    assert read_metadata("without.png") is None


def test_preview_and_timelapse(stylize, folder):
    code, _, _ = stylize("-o", "out.png", "--preview", "now.jpg", "--timelapse", "film.gif")
    assert code == 0
    with PIL.Image.open(folder / "now.jpg") as preview:
        assert preview.size == (32, 26)
    with PIL.Image.open(folder / "film.gif") as film:
        assert film.size == (32, 26)
        assert film.n_frames == 4  # one for each evaluation; the last one is the result
    assert sorted(os.listdir(folder)) == sorted(
        ["another.png", "film.gif", "now.jpg", "out.png", "painting.png", "photo.png"]
    )


def test_the_preview_may_be_the_output(stylize, folder):
    assert stylize("-o", "out.png", "--preview", "out.png")[0] == 0
    assert read_metadata("out.png")["evaluations"] == 4


def test_a_preview_that_fails_does_not_stop_the_run(stylize, folder, monkeypatch):
    def fail(*args, **kwargs):
        raise ImageError("now.png can't be saved (no space left)")

    monkeypatch.setattr(attend, "save_image", fail)
    monkeypatch.setattr(attend, "PATIENCE", 0)
    monkeypatch.setattr(attend, "PREVIEW_SECONDS", 0)
    code, _, err = stylize("-o", "out.png", "--preview", "now.png")
    assert code == 0
    assert err == "impasto: now.png can't be saved (no space left); the run goes on\n"
    assert (folder / "out.png").is_file()


def test_a_timelapse_that_fails_leaves_the_picture(stylize, folder, monkeypatch):
    def fail(*args, **kwargs):
        raise ImageError("film.gif can't be saved (no space left)")

    monkeypatch.setattr("impasto.cli.run.perform.save_animation", fail)
    code, out, err = stylize("-o", "out.png", "--timelapse", "film.gif")
    assert (code, out) == (1, "")
    assert err == (
        "impasto: film.gif can't be saved (no space left); the picture is saved as out.png\n"
    )
    assert (folder / "out.png").is_file()


def test_several_styles_masks_and_a_start(impasto, folder):
    for name, size in {"content-mask": (40, 32), "style-mask": (36, 36)}.items():
        mask = np.zeros(size[::-1], np.uint8)
        mask[:, size[0] // 2 :] = 255
        PIL.Image.fromarray(mask).save(folder / f"{name}.png")
    code, _, err = impasto(
        *("stylize", "photo.png", "painting.png", "another.png", "-o", "out.webp"),
        *("--style-weights", "2", "1", "--content-mask", "content-mask.png"),
        *("--style-masks", "style-mask.png", "style-mask.png", "--init-image", "photo.png"),
        *("--size", "32", "--scale-step", "1.2", "--iterations", "2", "1", "--color", "luminance"),
        *("--style-layers", "relu1_1", "1", "relu2_1", "0.5", "--pooling", "average"),
    )
    assert (code, err) == (0, "")
    made = read_metadata("out.webp")
    assert made["style_weights"] == [2, 1]
    assert made["color"] == "luminance"
    assert made["settings"]["iterations"] == [2, 1]
    assert made["settings"]["style_layers"] == {"relu1_1": 1, "relu2_1": 0.5}
    assert [each["role"] for each in made["inputs"]] == [
        *("content", "style", "style", "content mask", "style mask", "style mask", "init")
    ]


def test_standard_input_and_output(start, folder, pixels, stylize):
    stylize("-o", "expected.png")
    with (folder / "photo.png").open("rb") as photo, (folder / "piped.png").open("wb") as piped:
        process = start(
            *("stylize", "-", "painting.png", "-o", "-", "--size", "32", "--iterations", "4"),
            stdin=photo,
            stdout=piped,
        )
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err.startswith(b"standard output: 32 x 26 pixels")
    assert np.array_equal(pixels("piped.png"), pixels("expected.png"))
    assert read_metadata("piped.png")["inputs"][0]["name"] == "standard input"


def test_strange_names(impasto, folder):
    names = ("-dash.png", "sp ace 猫.png", "[bold]red.png")
    for name in names:
        os.link("photo.png", name)
    quick = ("--size", "32", "--iterations", "1")
    code, out, _ = impasto("stylize", *quick, "-o", "猫's picture.png", "--", *names)
    assert code == 0
    assert out.startswith("猫's picture.png: ")
    code, out, _ = impasto("stylize", *quick, "--", *names)
    assert code == 0
    assert out.startswith("-dash-sp ace 猫-[bold]red.png: ")


def test_names_that_are_not_text(impasto, folder):
    name = os.fsdecode(b"caf\xe9.png")
    os.link("photo.png", name)
    code, out, _ = impasto(
        *("stylize", name, "painting.png", "-o", name.replace(".", "2.")),
        *("--size", "32", "--iterations", "1", "--json"),
    )
    assert code == 0
    assert os.path.exists(b"caf\xe92.png")
    assert json.loads(out)["path"] == "caf\ufffd2.png"


def test_dry_run_writes_nothing(stylize, folder):
    before = sorted(os.listdir(folder))
    code, out, _ = stylize(
        *("-o", "out.png", "--dry-run", "--size", "40", "--scale-step", "1.25"),
        *("--iterations", "2", "4"),
    )
    rows = [line.split() for line in out.splitlines()]
    assert code == 0
    assert rows[0] == ["size", "evaluations", "memory"]
    assert rows[1][:4] == ["32", "x", "26", "2"]
    assert rows[2][:4] == ["40", "x", "32", "4"]
    assert rows[3][:2] == ["standard:", "about"]
    assert sorted(os.listdir(folder)) == before


def test_dry_run_as_json(stylize):
    code, out, _ = stylize("--dry-run", "--json")
    planned = json.loads(out)
    assert code == 0
    assert planned["stages"][-1]["size"] == [32, 26]
    assert planned["stages"][-1]["evaluations"] == 4
    assert planned["seconds"] > 0
    assert 0 < planned["memory_bytes"] < planned["available_bytes"]


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_size_that_cannot_fit_is_refused_with_one_that_would(stylize, folder, dry):
    code, out, err = stylize("-o", "out.png", "--size", "100000", *dry)
    assert (code, out) == (2, "")
    assert "choose a size of at most " in err
    largest = int(err.strip().rsplit(" ", 1)[1])
    assert 100 < largest < 100_000
    assert not (folder / "out.png").exists()


def test_threads(stylize):
    torch.set_num_threads(2)
    assert stylize("-o", "out.png", "--threads", "1")[0] == 0
    assert torch.get_num_threads() == 1
    assert read_metadata("out.png")["machine"]["threads"] == 1


def test_memory_is_what_the_process_may_use(stylize, no_limit):
    code, _, err = stylize("-o", "out.png", "--memory", "100MB")
    assert code == 2
    assert "would need" in err
    assert "this process itself included" in err
    allowed = err.split("allow ")[1].split(",")[0]
    assert stylize("-o", "out.png", "--memory", allowed)[0] == 0
    assert stylize("-o", "out.png", "--memory", "1TB")[0] == 0


@pytest.mark.parametrize("amount", ["lots", "0", "-1GB"])
def test_no_amount_of_memory(stylize, no_limit, amount):
    code, _, err = stylize("-o", "out.png", f"--memory={amount}")
    assert code == 2
    assert "memory" in err


def test_a_picture_that_memory_is_short_for_is_made_in_tiles(stylize, monkeypatch, pixels):
    words = ("--size", "600", "--iterations", "2", "--encoder", "random", "--precision", "float32")
    assert stylize("-o", "whole.png", *words)[0] == 0
    monkeypatch.setattr("impasto.estimate.available_memory", lambda device: 462_000_000)
    code, _, err = stylize("-o", "tiled.png", *words)
    assert code == 0
    assert "computed in tiles of 300 pixels, for which memory is enough" in err
    difference = pixels("whole.png").astype(int) - pixels("tiled.png").astype(int)
    assert abs(difference).max() <= 1
