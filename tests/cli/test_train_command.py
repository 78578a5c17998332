"""`impasto train` on pictures of a few pixels: what it leaves, goes on from, and refuses."""

import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import onnxruntime
import PIL.Image
import pytest
import torch
from safetensors.torch import load_file

from impasto.weights.format import read_about

QUICK = ("--steps", 4, "--interval", 2, "--batch", 2, "--side", 32, "--precision", "float32")
WCT = ("train", "wct", "--photos", "photos", "-o", "trained", "--level", 2, *QUICK)


@pytest.fixture
def pictures(folder):
    """Folders of photos and of paintings beside photo.png, one of the photos being none."""
    rng = np.random.default_rng(5)
    for place in ("photos", "paintings"):
        (folder / place).mkdir()
        for number in range(12):
            coarse = rng.integers(0, 256, (4, 5, 3), dtype=np.uint8)
            large = PIL.Image.fromarray(coarse).resize((50, 40), PIL.Image.Resampling.BICUBIC)
            large.save(folder / place / f"{number}.png")
    (folder / "photos" / "a.jpg").write_text("no picture")
    return folder


@pytest.fixture
def train(impasto, pictures):
    return impasto


def weights(folder, name="trained"):
    return load_file(folder / name / "weights.safetensors")


def test_leaves_weights_a_sheet_and_a_table_of_losses(train, folder):
    code, out, err = train(*WCT)
    assert (code, out) == (0, "trained/weights.safetensors: 4 steps\n")
    assert "step 2: error" in err and "held out" in err
    about = read_about(folder / "trained" / "weights.safetensors")
    assert about["kind"] == "decoder" and about["encoder"] == "vgg16-normalized"
    assert '"level": 2' in about["recipe"] and '"training": "wct"' in about["recipe"]
    rows = list(csv.reader((folder / "trained" / "losses.csv").read_text().splitlines()))
    assert [row[0] for row in rows] == ["steps", "2", "4"]
    with PIL.Image.open(folder / "trained" / "sheet.png") as sheet:
        assert sheet.height == 3 * 32  # pictures that are held out, and what is made of each level
    assert all(each.dtype == torch.float16 for each in weights(folder).values())


def test_a_file_that_is_no_picture_is_skipped_and_counted(train):
    _, _, err = train(*WCT, "--steps", 40, "--interval", 40)
    assert "1 picture skipped; a.jpg" in err


def test_the_same_command_goes_on_and_more_steps_are_more(train, folder):
    assert train(*WCT, "--steps", 2)[0] == 0
    assert train(*WCT)[0] == 0
    gone_on = weights(folder)
    assert train(*WCT)[1] == "trained/weights.safetensors: finished before; more --steps go on\n"
    assert train(*WCT, "-o", "whole")[0] == 0
    assert all(torch.equal(each, gone_on[name]) for name, each in weights(folder, "whole").items())


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_keeps_what_it_reached(pictures, start, name):
    process = start(*WCT, "--steps", 100_000, "--interval", 50_000)
    time.sleep(8)
    process.send_signal(name)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 128 + name, err
    assert b"the same command goes on" in err and out == b""
    assert (pictures / "trained" / "checkpoint").exists()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("train",), "usage: impasto train COMMAND"),
        (("train", "wtc"), "did you mean wct?"),
        (("train", "wct"), "expected --photos with a folder of photos"),
        (("train", "adain", "--photos", "photos"), "expected --paintings with a folder"),
        (("train", "johnson", "--photos", "photos"), "expected a painting, such as"),
        ((*WCT, "--paintings", "paintings"), "wct doesn't learn from any; leave it out"),
        ((*WCT, "painting.png"), "a painting was given, and wct"),
        (
            (*WCT, "--photos", "nowhere"),
            "no file nowhere; expected a folder of pictures, or a tar file",
        ),
        ((*WCT, "--side", 40), "side is 40; expected a multiple of 16, such as 32"),
        ((*WCT, "--level", 6), "level is 6; expected at least 2 and at most 5"),
        ((*WCT, "--batch", 0), "batch is 0; expected at least 1"),
        ((*WCT, "--side", 48), "none of"),
        ((*WCT, "--device", "gpu"), "gpu"),
        (("train", "adain", "--photos", "photos", "--paintings", "paintings", "--begin", "x"), "x"),
        ((*WCT, "-o", "photo.png"), "photo.png"),
        (
            ("train", "johnson", "painting.png", "./painting.png", "--photos", "photos"),
            "two paintings are called painting; expected different names",
        ),
    ],
)
def test_refuses_what_it_cannot_use(train, words, sentence):
    code, out, err = train(*words)
    assert code == 2 and out == ""
    assert sentence in err and "Traceback" not in err


def test_another_training_in_the_same_folder_is_refused(train):
    assert train(*WCT)[0] == 0
    code, _, err = train(*WCT, "--learning-rate", 0.1)
    assert code == 2 and "holds another training: learning_rate was 0.0005 and is 0.1 now" in err


def test_a_decoder_of_adain_begins_with_that_of_wct(train, folder):
    quick = (*QUICK, "--steps", 1, "--interval", 1, "--learning-rate", 1e-9)
    assert train("train", "wct", "--photos", "photos", "--level", 5, *quick)[0] == 0
    begin = ("--paintings", "paintings", "--begin", "wct/weights.safetensors", *quick)
    code, out, _ = train("train", "adain", "--photos", "photos", *begin)
    assert (code, out) == (0, "adain/weights.safetensors: 1 step\n")
    before = weights(folder, "wct")
    assert all(torch.equal(each, before[name]) for name, each in weights(folder, "adain").items())


def test_a_network_learns_to_paint_like_two_paintings(train, folder):
    words = ("--photos", "photos", "--width", 8, "--style-side", 32, *QUICK)
    code, out, _ = train("train", "johnson", "painting.png", "another.png", *words)
    assert (code, out) == (0, "johnson/weights.safetensors: 4 steps\n")
    about = read_about(folder / "johnson" / "weights.safetensors")
    assert about["paintings"] == '["painting", "another"]'
    assert weights(folder, "johnson")["manners"].shape[0] == 2


def test_what_it_learned_paints_a_photo_and_leaves_as_onnx(train, folder):
    words = ("--photos", "photos", "--width", 8, "--style-side", 32, *QUICK)
    assert train("train", "johnson", "painting.png", "another.png", *words)[0] == 0
    taught = ("--network", "johnson/weights.safetensors", "--paintings", "another")
    exact = ("--size", 40, "--precision", "float32")
    made = ("--recipe", "johnson", *taught, *exact, "-o", "made.png")
    code, out, _ = train("stylize", "photo.png", *made)
    assert code == 0 and out.startswith("made.png: 40 x 32 pixels, johnson, ")
    assert train("export", "johnson", "painter.onnx", *taught)[0] == 0
    photo, saved = (pixels(folder / name) for name in ("photo.png", "made.png"))
    session = onnxruntime.InferenceSession(folder / "painter.onnx")
    painted = np.asarray(session.run(None, {"photo": photo.transpose(2, 0, 1)[None]})[0])
    assert np.abs(painted[0].transpose(1, 2, 0) - saved).max() < 1 / 255


def pixels(path):
    with PIL.Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.float32) / 255


def test_two_processes_learn_what_one_learns_from_the_whole_batch(pictures):
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
    command += ["--master-port", str(20_000 + os.getpid() % 20_000), "-m", "impasto"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    words = [str(word) for word in WCT]
    done = subprocess.run(
        [*command, *words], cwd=pictures, env=environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b"trained/weights.safetensors: 4 steps\n"
    words[words.index("trained")] = "alone"
    alone = [sys.executable, "-m", "impasto", *words]
    subprocess.run(alone, cwd=pictures, env=environment, capture_output=True, check=True)
    one, two = weights(pictures, "alone"), weights(pictures)
    assert all(torch.allclose(one[name], each, atol=2e-3) for name, each in two.items())
