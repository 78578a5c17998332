import json
import os
import pty
import random
import re
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import PIL.Image
import pytest

from impasto import RECIPES, load_image
from impasto.cli import filling
from impasto.cli.cell_bar import Pace
from impasto.errors import ImpastoError
from impasto.evaluation import METRICS
from impasto.evaluation.measure import find_metrics, measure
from impasto.evaluation.views import LARGEST
from impasto.images.metadata import read_metadata
from impasto.images.read import read_picture
from impasto.images.resize import resize
from impasto.images.write import save_image

ALL = ",".join(METRICS)
CONTROLS = ["content unchanged", "style unchanged", "color transfer only"]
ONE = ("out.png", "--content", "photo.png", "--style", "painting.png")


@pytest.fixture(autouse=True)
def files(folder):
    """Pictures of out.png, a pairs file, and a folder of another program's pictures."""
    photo = np.asarray(PIL.Image.open(folder / "photo.png"))
    PIL.Image.fromarray(photo[::-1]).save(folder / "out.png")
    (folder / "pairs.csv").write_text("content,style\nphoto.png,painting.png\n")
    (folder / "peer").mkdir()
    PIL.Image.fromarray(photo[:, ::-1]).save(folder / "peer/photo--painting.png")
    (folder / "peer/times.csv").write_text("content,style,seconds\nphoto,painting,2.5\n")


@pytest.fixture
def quick(monkeypatch):
    """A recipe that paints in no time."""
    recipe = RECIPES["standard"]
    method = replace(recipe.method, iterations=(2,))
    monkeypatch.setitem(RECIPES, "quick", replace(recipe, name="quick", method=method))


@pytest.fixture
def table(impasto):
    """Fill a table of 32 pixels with two metrics that take no time."""

    def fill(*words):
        return impasto(
            *("evaluate", "--pairs", "pairs.csv", "-o", "table", "--size", "32"),
            *("--metrics", "ssim,color", *words),
        )

    return fill


def test_one_picture_stands_beside_the_controls(impasto):
    code, out, err = impasto("evaluate", *ONE, "--metrics", "color,ssim,ms-ssim")
    assert code == 0
    header, *rows = [re.split(r" {2,}", line.strip()) for line in out.splitlines()]
    assert header == ["metric", "judges", "better", "this picture", *CONTROLS]
    assert [row[:3] for row in rows] == [
        ["ms-ssim", "content", "higher"], ["ssim", "content", "higher"],
        ["color", "style", "lower"],
    ]  # fmt: skip
    assert rows[0][3:] == ["-"] * 4  # 40 pixels are too few for it, and the others go on
    assert rows[1][4] == "1.000"
    assert rows[2][5] == "0.0"
    assert float(rows[1][3]) < 1
    assert err.startswith("impasto: ms-ssim has no number: the output is 40 pixels wide")
    assert err.count("\n") == 1


def test_one_picture_as_json(impasto):
    code, out, err = impasto("evaluate", *ONE, "--json")
    said = json.loads(out)
    pictures = [load_image(name) for name in ("out.png", "photo.png", "painting.png")]
    expected = measure(*pictures, find_metrics([]))
    assert (code, err) == (0, "")
    assert [said["path"], said["content"], said["style"]] == ["out.png", *ONE[2::2]]
    for name, metric in said["metrics"].items():
        assert list(metric["scores"]) == ["this picture", *CONTROLS]
        assert metric["scores"]["this picture"] == expected.numbers.get(name)
        assert metric["refusals"].get("this picture") == expected.refusals.get(name)
    assert said["metrics"]["ssim"]["judges"] == "content"
    assert said["metrics"]["ssim"]["better"] == "higher"
    assert said["metrics"]["gram-relu1_1"]["optimized"]


def test_optimized_metrics_are_marked(impasto):
    out = impasto("evaluate", *ONE, "--metrics", "gram-relu1_1,color")[1]
    assert " gram-relu1_1† " in out
    assert out.endswith("† recipes of impasto optimize it: alone it proves little\n")


def test_a_large_picture_is_measured_smaller(impasto, folder):
    PIL.Image.effect_noise((LARGEST + 1, 820), 50).convert("RGB").save(folder / "large.png")
    words = ("evaluate", "large.png", *ONE[1:], "--metrics", "psnr")
    code, _, err = impasto(*words)
    assert (code, err) == (0, "impasto: large.png was measured at 1024 pixels\n")
    assert json.loads(impasto(*words, "--json")[1])["notes"] == [err[9:-1]]


def test_a_photo_that_is_stretched_is_said(impasto):
    """Of 40 x 32 pixels, for a picture of 36 x 36."""
    words = ("evaluate", "another.png", *ONE[1:], "--metrics", "ssim")
    code, _, err = impasto(*words)
    assert (code, err) == (
        0,
        "impasto: another.png has other proportions than photo.png, which was stretched to be "
        "compared with it: metrics of content say little\n",
    )
    assert json.loads(impasto(*words, "--json")[1])["notes"] == [err[9:-1]]


@pytest.fixture
def painted(folder):
    """out.png as impasto would have saved it; return what changes its inputs."""
    picture = load_image("out.png")

    def save(*inputs):
        names = inputs or (("content", "photo.png"), ("style", "painting.png"))
        made = [
            {"role": role, "name": name, "sha256": read_picture(name).sha256}
            for role, name in names
        ]
        save_image("out.png", picture, metadata={"inputs": made})

    save()
    return save


SSIM = ("evaluate", "out.png", "--metrics", "ssim")


def test_a_picture_that_knows_its_inputs_needs_no_names(impasto, painted):
    code, out, err = impasto(*SSIM)
    assert (code, out) == (0, impasto(*SSIM, *ONE[1:])[1])
    assert err == (
        "impasto: the content is photo.png, as out.png says\n"
        "impasto: the style is painting.png, as out.png says\n"
    )
    said = json.loads(impasto(*SSIM, "--json")[1])
    assert [said["path"], said["content"], said["style"]] == ["out.png", *ONE[2::2]]
    assert impasto(*SSIM, "--content", "photo.png")[2] == err.splitlines(keepends=True)[1]


def test_inputs_that_changed_are_asked_for(impasto, painted, folder):
    (folder / "painting.png").write_bytes((folder / "another.png").read_bytes())
    code, _, err = impasto(*SSIM)
    assert code == 2
    assert err == (
        "impasto: --style is missing, and painting.png, of which out.png was made, is not here any "
        "more as it was; expected the photo and the painting that it was made of: --content PHOTO "
        "--style PAINTING\n"
    )
    painted(("content", "photo.png"), ("style", "painting.png"), ("style", "photo.png"))
    assert "out.png was made of 2 of these and is judged by one" in impasto(*SSIM)[2]


def test_another_photo_than_the_picture_says_is_said(impasto, painted):
    save_image("flipped.png", load_image("photo.png").flip(-1))
    words = ("--content", "flipped.png", "--style", "painting.png")
    code, _, err = impasto(*SSIM, *words)
    note = (
        "out.png says that its content was photo.png, and flipped.png is another picture: the "
        "numbers compare with that one"
    )
    assert (code, err) == (0, f"impasto: {note}\n")
    assert json.loads(impasto(*SSIM, *words, "--json")[1])["notes"] == [note]


@pytest.mark.parametrize("inputs", [7, [3], [{"role": "content"}], {"role": "content"}])
def test_damaged_metadata_are_no_inputs(impasto, folder, inputs):
    save_image("out.png", load_image("another.png"), metadata={"inputs": inputs})
    assert "--content is missing" in impasto(*SSIM)[2]
    assert impasto(*SSIM, *ONE[1:])[0] == 0


def test_standard_input_is_read_once(start, painted, folder):
    words = ("evaluate", "-", *ONE[1:], "--metrics", "ssim", "--quiet")
    assert start(*words, redirections="< out.png").wait(60) == 0
    words = (*SSIM, "--content", "-", "--style", "painting.png")
    assert start(*words, redirections="< photo.png").wait(60) == 0


def test_a_table_says_why_there_is_no_number(table, folder):
    code, out, err = table("--given", "peer=peer", "--metrics", "ssim,ms-ssim")
    assert code == 0
    *_, sentence = err.splitlines()
    assert sentence.startswith("impasto: ms-ssim has no number for 4 pictures: the output is 32 p")
    assert re.search(r"peer +- ", out)


def test_a_copy_of_the_photo_is_said_to_be_none_and_fails_no_metric(table, folder):
    (folder / "copies").mkdir()
    (folder / "copies/photo--painting.png").write_bytes((folder / "photo.png").read_bytes())
    words = ("--given", "copy=copies", "--size", "40")
    _, out, err = table(*words, "--metrics", "color,color-histogram,spectrum")
    assert "copy lies beyond content unchanged in 3 of 3 style metrics" in err
    assert "‡" not in out
    _, out, err = table(*words, "--metrics", "color")  # a single one might be at fault itself
    assert "lies beyond" not in err
    assert "color‡↓" in out
    assert "‡ fails on the controls, see the report: color\n" in out


def test_quiet_says_only_the_numbers(impasto):
    words = ("evaluate", *ONE, "--metrics", "ssim,ms-ssim")
    assert impasto(*words, "--quiet") == (0, impasto(*words)[1], "")


def test_a_picture_without_any_number(impasto, folder):
    PIL.Image.new("RGB", (1, 1)).save(folder / "dot.png")
    code, out, err = impasto("evaluate", "dot.png", *ONE[1:], "--metrics", "ssim,coverage")
    assert (code, out) == (2, "")
    assert err.startswith("impasto: dot.png has no number of any metric; ssim says: the output is ")


def test_the_controls_of_a_picture_are_those_of_a_table(table, impasto, folder):
    """What a table saves and reads again has the same numbers as what is never saved."""
    metrics = ("--metrics", "psnr,ssim,color,color-histogram,spectrum")
    small = resize(load_image("out.png"), (26, 32))  # of the photo's proportions, as a result is
    save_image("small.png", small)
    table("--given", "peer=peer", *metrics)
    stored = json.loads((folder / "table/table.json").read_text())["cells"]
    words = ("evaluate", "small.png", *ONE[1:], *metrics)
    said = json.loads(impasto(*words, "--json")[1])["metrics"]
    for cell in stored[: len(CONTROLS)]:
        of_row = {name: found["scores"][cell["row"]] for name, found in said.items()}
        shown = {name: number for name, number in of_row.items() if number is not None}
        assert len(shown) > 3
        assert shown == pytest.approx(cell["scores"], abs=1e-9)


def test_a_table_with_everything(table, impasto, quick, folder, pixels):
    words = ("--recipes", "quick", "--given", "peer=peer", "--identity", "--threads", "1")
    code, out, err = table(*words)
    assert code == 0
    how_long, note = err.splitlines()
    assert re.fullmatch(r"impasto: 2 pictures to paint at 32 pixels: about .* s", how_long)
    assert note == (
        "impasto: peer has 1 picture of another size than 32 (the first is 40 x 32): scores depend "
        "on it"
    )
    lines = [re.split(r" {2,}", line.strip()) for line in out.splitlines()]
    assert lines[0] == ["medians", "ssim‡↑", "color↓", "seconds"]
    assert [line[0] for line in lines[1:6]] == [*CONTROLS, "quick", "peer"]
    assert float(lines[5][-1]) == pytest.approx(2.5, abs=0.06)
    assert lines[7] == ["identity test", "ssim↑", "psnr↑"]
    assert lines[8][0] == "quick"
    assert re.match(
        r"table/table.json, .*report.md, .*report.html: 6 pictures with the controls in ",
        lines[-1][0],
    )

    stored = json.loads((folder / "table/table.json").read_text())
    cells = {cell["row"]: cell for cell in stored["cells"]}
    assert list(cells) == [*CONTROLS, "quick", "peer"]
    assert cells["quick"]["seconds"] > 0
    assert cells["quick"]["memory"] > 1e8
    assert cells["peer"]["seconds"] == 2.5
    (identity,) = stored["identity"]
    assert (identity["content"], identity["style"]) == ("painting", "painting")
    assert set(identity["scores"]) == {"psnr", "ssim"}
    for cell in (*cells.values(), identity):
        assert (folder / "table" / cell["picture"]).is_file()
    assert (folder / "table/report.md").is_file()
    assert (folder / "table/report.html").is_file()

    # The picture is that of `impasto stylize`, and knows how it was made.
    impasto(
        *("stylize", "photo.png", "painting.png", "-o", "same.png", "--size", "32"),
        *("--recipe", "quick", "--threads", "1"),
    )
    assert np.array_equal(pixels(f"table/{cells['quick']['picture']}"), pixels("same.png"))
    made = read_metadata("table/" + cells["quick"]["picture"])
    assert made["inputs"] == read_metadata("same.png")["inputs"]

    # The same command finds everything done; as JSON it says what is in the file.
    before = (folder / "table" / cells["quick"]["picture"]).stat().st_mtime_ns
    code, out, err = table(*words, "--json")
    assert code == 0
    assert json.loads(out) == stored
    assert (folder / "table" / cells["quick"]["picture"]).stat().st_mtime_ns == before


def test_a_folder_keeps_the_pictures_of_another_size_or_seed(table, folder):
    table("--given", "peer=peer")
    stored = (folder / "table/table.json").read_bytes()
    code, _, err = table("--given", "peer=peer", "--size", "33")
    assert code == 2
    assert err == (
        "impasto: table has pictures with 32 pixels of the longer side, and those with 33 would "
        "replace them; expected another folder, or --size 32\n"
    )
    assert (folder / "table/table.json").read_bytes() == stored


def test_what_a_new_report_leaves_out_is_said(table, folder, quick):
    peer, other = ("--given", "peer=peer"), ("--given", "other=peer")
    assert "without" not in table(*peer, *other)[2]
    assert "without" not in table(*peer, *other)[2]
    err = table(*peer, "--metrics", "ssim")[2]
    assert err.startswith(
        "impasto: the report in table is replaced by one without the row other, the metric color; "
        "what was made for them stays there, and comes back when they are named again\n"
    )
    (folder / "table/table.json").write_text('{"about": 3}')
    assert "without" not in table(*peer)[2]


def test_an_identity_test_that_is_left_out_is_said(table, quick):
    words = ("--recipes", "quick", "--threads", "1")
    table(*words, "--identity")
    assert "is replaced by one without the test of identity; what was made" in table(*words)[2]


def test_a_narrow_terminal_cuts_nothing(table, monkeypatch):
    """What has no room is counted, names of rows are folded."""
    table("--given", "a rather long name of a program=peer", "--metrics", ALL)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("FORCE_COLOR", "1")  # what rich takes for a terminal
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    out = table("--given", "a rather long name of a program=peer", "--metrics", ALL)[1]
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert "…" not in plain
    assert max(map(len, plain.splitlines()[:10])) <= 80
    assert re.search(r"\d+ more metrics are in the report", plain)


def test_a_cell_that_fails(table, quick, monkeypatch, folder):
    def fail(order):
        raise ImpastoError("the process of the run was killed")

    monkeypatch.setattr("impasto.evaluation.rows.run_isolated", fail)
    code, _, err = table("--recipes", "quick", "--quiet")
    first, second = err.splitlines()
    assert code == 1
    assert first == ("impasto: quick of photo, painting failed: the process of the run was killed")
    assert second == "impasto: 1 picture of 4 failed; the same command tries again"
    cells = json.loads((folder / "table/table.json").read_text())["cells"]
    assert [cell["failure"] for cell in cells] == ["", "", "", first.split("failed: ")[1]]
    assert (folder / "table/report.html").is_file()


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_table_says_how_to_go_on(table, monkeypatch, folder, number, code):
    original = filling.fill
    handlers = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]

    def fill(suite, store):
        for count, cell in enumerate(original(suite, store)):
            if count == 2:
                os.kill(os.getpid(), number)
                time.sleep(60)
            yield cell

    monkeypatch.setattr(filling, "fill", fill)
    began = time.monotonic()
    said = table("--given", "peer=peer")
    assert time.monotonic() - began < 50
    sentence = (
        "impasto: stopped after 2 of 4 pictures with the controls; the same command goes on there\n"
    )
    assert said == (code, "", sentence)
    assert handlers == [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    monkeypatch.setattr(filling, "fill", original)
    assert table("--given", "peer=peer")[0] == 0


LONG = ("evaluate", "--recipes", "draft", "--pairs", "pairs.csv", "-o", "table", "--size", "32")
LONG += ("--metrics", "ssim")


@pytest.mark.slow
def test_ctrl_c_stops_a_run_at_once(start, folder):
    """Also where only the command hears of it, and not the process that paints."""
    process = start(*LONG, "--size", "512", "--recipes", "best")
    wait_for(lambda: (folder / "table/cells/pictures/color-transfer-only").is_dir(), process)
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - began < 5
    assert process.returncode == 130
    assert b"stopped after 3 of 4 pictures with the controls; the same command goes on there" in err
    assert not (folder / "table/pictures/best/photo--painting.png").exists()


@pytest.mark.slow
def test_killed_at_random_moments_it_gives_the_same_table(start, folder):
    """What was finished is not made again, and what is there at the end is whole."""
    seed = random.randrange(10**6)
    dice, kills = random.Random(seed), 0
    record = folder / "table/cells/pictures/draft/photo--painting.json"
    while not (folder / "table/table.json").exists():
        process = start(*LONG, "--identity")
        if kills < 4:
            time.sleep(2 + 8 * dice.random())
            process.kill()
            kills += 1
        finished = json.loads(record.read_text())["sha256"] if record.exists() else None
        assert process.wait(120) in (0, -signal.SIGKILL), process.stderr.read()
    killed = json.loads((folder / "table/table.json").read_text())
    if finished is not None:
        assert json.loads(record.read_text())["sha256"] == finished, f"with the seed {seed}"
    assert start(*LONG, "--identity", "-o", "whole").wait(120) == 0
    whole = json.loads((folder / "whole/table.json").read_text())
    for one, other in zip(
        killed["cells"] + killed["identity"], whole["cells"] + whole["identity"], strict=True
    ):
        assert one["scores"] == other["scores"], f"with the seed {seed}"
        assert one["row"] == other["row"]


def wait_for(what, process):
    until = time.monotonic() + 60
    while not what() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    assert what()


def test_a_terminal_sees_how_far_it_is(folder):
    ours, theirs = pty.openpty()
    environment = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "120", "TERM": "xterm"}
    words = [sys.executable, "-m", "impasto", *LONG]
    with subprocess.Popen(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
        except OSError:  # nobody writes any more
            pass
        out = process.stdout.read().decode()
    os.close(ours)
    assert process.returncode == 0
    text = re.sub(r"\x1b\[[\d;?]*\w", "", shown.decode())
    assert re.search(r"content unchanged: photo--painting ━+ 0/4 ", text)
    assert re.search(r"draft: photo--painting [━╺]+ 3/4 ", text)
    assert out.splitlines()[-1].startswith("table/table.json")
    assert "\x1b" not in out


def test_time_left_is_guessed_row_by_row():
    """A control takes as long as it takes to measure it, which every other row takes as well."""
    assert Pace({}).left(["slow", "fast"]) is None
    pace = Pace({"slow": 90, "new": 40})
    assert pace.left(["slow", "new", CONTROLS[0]]) == 90 + 40
    taken = ((CONTROLS[0], 4), (CONTROLS[1], 6), ("fast", 10), ("fast", 20), ("stored", 0.01))
    for row, seconds in taken:
        pace.add(row, seconds)
    assert pace.left(["fast", "fast", "slow", "new"]) == 15 + 15 + 95 + 45
    assert pace.left([CONTROLS[0], CONTROLS[2], "stored"]) == 4 + 5 + 5
    assert pace.left([]) == 0


TABLE = "--pairs pairs.csv --recipes standard -o table"
PICTURE = "out.png --content photo.png --style painting.png"
CASES = {
    "nothing": ("", "got neither a picture nor --pairs"),
    "both": (f"{PICTURE} --pairs pairs.csv", "got a picture and --pairs"),
    "no content": ("out.png --style painting.png", "--content is missing"),
    "no style": ("out.png --content photo.png", "--style is missing"),
    "missing picture": (f"no.png {PICTURE[8:]}", "there is no file no.png"),
    "missing photo": ("out.png --content no.png --style painting.png", "there is no file no.png"),
    "no picture": (f"text.png {PICTURE[8:]}", "text.png isn't a picture"),
    "NaN": (f"nan.tiff {PICTURE[8:]}", "nan.tiff holds NaN"),
    "a folder": (f"peer {PICTURE[8:]}", "peer is a folder"),
    "unknown metric": (f"{PICTURE} --metrics ms-sim", "'ms-sim' is not a metric; expected one of"),
    "recipes of one": (f"{PICTURE} --recipes draft", "--recipes is for --pairs, and not for one"),
    "size of one": (f"{PICTURE} --size 64", "--size is for --pairs, and not for one picture"),
    "seed of one": (f"{PICTURE} --seed 0", "--seed is for --pairs, and not for one picture"),
    "content of a table": (f"{TABLE} --content photo.png", "--content is for one picture, and no"),
    "no recipes": ("--pairs pairs.csv -o table", "--recipes is missing"),
    "no folder": ("--pairs pairs.csv --recipes draft", "-o is missing; expected a folder"),
    "unknown recipe": ("--pairs pairs.csv --recipes drat -o table", "'drat' is not a recipe"),
    "recipe twice": (
        "--pairs pairs.csv --recipes draft,draft -o table",
        "--recipes names draft tw",
    ),
    "no commas": ("--pairs pairs.csv --recipes draft best -o table", ": --recipes draft,best"),
    "metrics without commas": (f"{PICTURE} --metrics ssim color", ": --metrics ssim,color"),
    "metric twice": (f"{PICTURE} --metrics ssim,ssim", "--metrics names ssim twice"),
    "no list": ("--pairs no.csv --recipes draft -o table", "no.csv can't be read (No such file"),
    "a bad list": (
        "--pairs photo.png --recipes draft -o table",
        "line 1 of photo.png is no text in UTF-8",
    ),
    "tiny": (f"{TABLE} --size 3", "the size is 3; expected at least 16"),
    "more than memory": (f"{TABLE} --size 99999", "choose a size of at most "),
    "no threads": (f"{TABLE} --threads 0", "--threads is 0"),
    "negative seed": (f"{TABLE} --seed -1", "the seed is -1"),
    "no name": (f"{TABLE} --given peer", "--given is 'peer'; expected NAME=FOLDER"),
    "a bad name": (f"{TABLE} --given ../x=peer", "--given is '../x=peer'; expected NAME=FOLDER"),
    "a recipe's name": (f"{TABLE} --given standard=peer", "standard, as one of our recipes is"),
    "a name that is taken": (f"{TABLE} --given a=peer --given A=peer", "two rows have the name"),
    "an empty name": (f"{TABLE[:-9]} --recipes , -o table", "--recipes is ','; expected names"),
    "an empty metric": (f"{TABLE} --metrics ssim,,vif", "--metrics is 'ssim,,vif'; expected na"),
    "identity of nobody": (
        "--pairs pairs.csv --given a=peer -o table --identity",
        "--recipes is missing; expected recipes to test: --identity is for them",
    ),
    "a million threads": (f"{TABLE} --threads 1000000", "--threads is 1000000; expected 1 to "),
    "a word as size": (f"{TABLE} --size abc", "--size: 'abc' is not a whole number"),
    "pictures in a row": ("out.png photo.png painting.png", "painting.png are words too many"),
    "no such folder": (f"{TABLE} --given a=no", "no can't be read (No such file or directory)"),
    "no such pictures": (f"{TABLE} --given a=empty", "empty has no picture of these pairs"),
    "a full folder": (f"{TABLE[:-5]}peer", "peer holds something else than an evaluation"),
    "a file": (f"{TABLE[:-5]}out.png", "out.png is no folder, or inside of what is none"),
    "nowhere": (f"{TABLE[:-5]}no/where", "the folder no/where can't be used (No such file"),
}


@pytest.mark.parametrize("words, message", CASES.values(), ids=CASES)
def test_one_sentence_and_code_two(impasto, folder, words, message):
    (folder / "text.png").write_text("no picture")
    (folder / "empty").mkdir()
    values = np.full((20, 20), np.nan, np.float32)
    PIL.Image.fromarray(values).save(folder / "nan.tiff")
    before = sorted(os.listdir(folder))
    code, out, err = impasto("evaluate", *words.split())
    assert (code, out) == (2, "")
    assert err.startswith("impasto: ")
    assert err.count("\n") == 1
    assert message in err
    assert sorted(os.listdir(folder)) == before


def test_a_disk_that_fills_up(table, folder):
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, most))
    try:
        code, out, err = table("--given", "peer=peer")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert (code, out) == (1, "")
    assert "photo--painting.png can't be saved (File too large)" in err
    assert err.endswith("; once that is mended, the same command goes on there\n")
    assert table("--given", "peer=peer")[0] == 0


def test_no_other_command_waits_for_the_libraries_of_metrics():
    code = (
        "import sys, impasto.cli; print(sorted({'skimage', 'scipy', 'jinja2'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
