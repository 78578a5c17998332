import os
import resource
import stat

import numpy as np
import PIL.Image
import pytest


@pytest.fixture
def strange(folder):
    """Things that are no good pictures."""
    (folder / "text.jpg").write_text("not a picture")
    (folder / "empty.png").touch()
    (folder / "cut.png").write_bytes((folder / "photo.png").read_bytes()[:300])
    (folder / "place").mkdir()
    PIL.Image.fromarray(np.zeros((1, 1, 3), np.uint8)).save(folder / "dot.png")
    return folder


CASES = {
    "no pictures": ([], "got 0 pictures; expected a photo and at least one painting"),
    "one picture": (["photo.png"], "got 1 picture; expected a photo and at least one painting"),
    "missing content": (["no.jpg", "painting.png"], "there is no file no.jpg"),
    "missing style": (["photo.png", "no.jpg"], "there is no file no.jpg"),
    "folder as style": (["photo.png", "place"], "place is a folder"),
    "text": (["text.jpg", "painting.png"], "text.jpg isn't a picture"),
    "empty": (["photo.png", "empty.png"], "empty.png is empty"),
    "cut short": (["cut.png", "painting.png"], "cut.png is damaged or cut short"),
    "a dot": (["dot.png", "painting.png"], "dot.png is 1 pixel wide and 1 pixel high"),
    "a dot as style": (["photo.png", "dot.png"], "dot.png is 1 pixel wide and 1 pixel high"),
    "output is input": ("-o photo.png", "photo.png is the input photo.png"),
    "output is a style": ("-o painting.png", "painting.png is the input painting.png"),
    "unknown suffix": ("-o out.xyz", "out.xyz ends in no known format"),
    "output is no folder": ("-o nowhere/", "there is no folder nowhere/; expected one that"),
    "no such folder": ("-o nowhere/out.png", "nowhere doesn't exist"),
    "unknown recipe": ("--recipe gatys2016", "'gatys2016' is not a recipe"),
    "unknown flag": ("--content-wieght 3", "did you mean --content-weight?"),
    "no number": ("--size large", "--size: 'large' is not a whole number"),
    "no such number": ("--content-weight heavy", "--content-weight: 'heavy' is not a number"),
    "negative size": ("--size -5", "size is -5; expected at least 16"),
    "zero iterations": ("--iterations 0", "iterations is 0; expected at least 1"),
    "no iterations": ("--iterations", "--iterations has no value"),
    "NaN weight": ("--content-weight nan", "content_weight is nan; expected at least 0"),
    "infinite weight": ("--style-weight inf", "style_weight is inf"),
    "weight that overflows": ("--style-weight 1e308", "choose smaller weights for the terms"),
    "no choice": (
        "--pooling median",
        "'median' for argument '--pooling'; expected one of max, average; see",
    ),
    "no such way with colors": ("--color blue", "; expected one of as-is, luminance, mean-cov"),
    "no layer": ("--style-layers relu9_9 1", "relu9_9"),
    "layer twice": ("--style-layers relu1_1 1 relu1_1 5", "relu1_1 was given twice"),
    "layer without weight": ("--style-layers relu1_1", "names and weights in turn"),
    "no weights at all": ("--content-weight 0 --style-weight 0 --tv-weight 0", "nothing would be"),
    "too many style weights": ("--style-weights 1 2", "2 style weights for 1 style;"),
    "negative style weight": ("--style-weights -1", "style 1 has the weight -1.0"),
    "mask without masks": ("--content-mask photo.png", "1 content mask and 0 style masks"),
    "missing start": ("--init-image no.png", "there is no file no.png"),
    "negative seed": ("--seed -1", "the seed is -1"),
    "huge seed": ("--seed 9223372036854775808", "the seed is 9223372036854775808"),
    "unknown device": ("--device gpu9", "the device 'gpu9' can't be used"),
    "device of many backends": (
        "--device gpu",
        "'gpu' can't be used; expected cpu, cuda, cuda:N or mps",
    ),
    "device without arithmetic": ("--device meta", "the device 'meta' can't be used"),
    "zero threads": ("--threads 0", "--threads is 0"),
    "unknown encoder": ("--encoder resnet", "'resnet'"),
    "encoder that is not here": ("--encoder vgg19", "`impasto weights fetch vgg19`"),
    "value missing": ("-o", "-o/--output"),
    "timelapse with another suffix": ("--timelapse film.mp4", "film.mp4 is no name for an anim"),
    "preview to nowhere": ("--preview nowhere/now.png", "nowhere doesn't exist"),
    "preview to a pipe": ("--preview -", "the preview is -"),
    "preview over an input": ("--preview photo.png", "photo.png is the input"),
    "checkpoint over an input": ("--checkpoint photo.png", "photo.png is the input"),
    "checkpoint over the output": ("-o out.png --checkpoint out.png", "out.png is named twice"),
    "checkpoint in a folder": ("--checkpoint place", "place is a folder"),
    "negative interval": ("--checkpoint-every -1", "--checkpoint-every is -1.0"),
    "no interval": ("--checkpoint-every nan", "--checkpoint-every is nan"),
    "two writers of stdout": ("-o - --json", "both write to standard output"),
    "content with too long a name": (["x" * 256, "painting.png"], "can't be read (File name too"),
    "output with too long a name": (f"-o {'x' * 252}.png", "has 256 bytes; expected at most 255"),
    "checkpoint with too long a name": (f"--checkpoint {'猫' * 86}", "has 258 bytes; expected at"),
    "steps without end": ("--scale-step 1e300 --iterations 2 2 2", "expected at least 1.01 and at"),
    "size without end": (f"--size 1{'0' * 400}", "expected at least 16 and at most 100000"),
    "stdin twice": (["-", "-"], "- was given twice"),
}


@pytest.mark.parametrize("words, message", CASES.values(), ids=CASES)
def test_one_sentence_and_code_two(impasto, strange, words, message):
    before = sorted(os.listdir(strange))
    if isinstance(words, str):
        words = ["photo.png", "painting.png", *words.split()]
    if "--size" not in words:
        words += ["--size", "32"]
    code, out, err = impasto("stylize", *words)
    assert (code, out) == (2, "")
    assert err.startswith("impasto: ")
    assert err.count("\n") == 1
    assert message in err
    assert sorted(os.listdir(strange)) == before


def test_a_name_cannot_move_the_cursor(impasto):
    code, _, err = impasto("stylize", "a\nb\x1b[2Jc.png", "painting.png")
    assert code == 2
    assert err.startswith("impasto: there is no file a b [2Jc.png")
    assert err.count("\n") == 1


def test_standard_input_for_a_checkpoint(impasto):
    code, _, err = impasto("stylize", "-", "painting.png", "--checkpoint", "c")
    assert code == 2
    assert err.startswith("impasto: standard input can't be read again when a run goes on")


def test_a_read_only_folder(stylize, folder, monkeypatch):
    (folder / "locked").mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    if os.geteuid() == 0:  # who may write everywhere, whatever the mode says
        monkeypatch.setattr("impasto.images.destination.os.access", lambda *_: False)
    code, _, err = stylize("-o", "locked/out.png")
    assert code == 2
    assert "locked is read-only" in err


def test_a_disk_that_fills_up(stylize, folder):
    """A limit on the size of files fails where a full disk does: in the middle of writing."""
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))
    try:
        code, out, err = stylize("-o", "out.png")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert (code, out) == (1, "")
    assert err.startswith("impasto: out.png can't be saved (File too large)")
    assert err.endswith("; nothing was saved\n")
    assert sorted(os.listdir(folder)) == ["another.png", "painting.png", "photo.png"]


def test_standard_output_that_cannot_take_a_picture(start):
    """It is said before anything is computed, not after an hour."""
    command = ("stylize", "photo.png", "painting.png", "-o", "-", "--size", "90000")
    process = start(*command, redirections=">&-")
    _, err = process.communicate(timeout=100)
    assert process.returncode == 2
    assert err.startswith(b"impasto: standard output is closed; expected a file or a program")
    terminal, end = os.openpty()
    process = start(*command, stdout=end)
    _, err = process.communicate(timeout=100)
    os.close(terminal)
    os.close(end)
    assert process.returncode == 2
    assert err.startswith(b"impasto: standard output is a terminal")


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="only Linux has /dev/full, a disk that is always full"
)
def test_a_full_standard_output_does_not_take_the_picture_along(start, folder):
    command = ("stylize", "photo.png", "painting.png", "--size", "32", "--iterations", "1")
    process = start(*command, "-o", "out.png", "--json", redirections="> /dev/full")
    _, err = process.communicate(timeout=100)
    assert process.returncode == 1
    assert err == (
        b"impasto: standard output can't be written to (No space left on device); the picture is "
        b"saved as out.png\n"
    )
    assert (folder / "out.png").is_file()
    process = start("recipes", redirections="> /dev/full")
    _, err = process.communicate(timeout=100)
    assert process.returncode == 1
    assert err == b"impasto: standard output can't be written to (No space left on device)\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_lacks_characters(start, folder, monkeypatch, encoding):
    monkeypatch.setenv("PYTHONIOENCODING", encoding)
    process = start("recipes", "show", "gatys-2016")
    out, err = process.communicate(timeout=100)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"gatys-2016: ")
    quick = ("--size", "32", "--iterations", "1")
    process = start("stylize", "photo.png", "painting.png", "-o", "猫out.png", *quick)
    out, err = process.communicate(timeout=100)
    assert (process.returncode, err) == (0, b"")
    assert out.startswith(b"?out.png: ")
    assert (folder / "猫out.png").is_file()
