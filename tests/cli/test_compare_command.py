import json
import os
import re
import signal
from pathlib import Path

import pytest

from impasto.cli import forecast
from impasto.cli.compare import work as compare_work
from impasto.errors import ImpastoError
from impasto.evaluation import rows
from impasto.evaluation.report import HEADLINES
from impasto.isolated import Delivery
from impasto.job import prepare
from impasto.recipes import RECIPES
from impasto.result import finish
from impasto.run import run

TWO = ("--recipes", "draft,standard", "--size", "32")
BOTH = ["draft", "standard"]


class Painter:
    """Runs recipes in this process, and does what `before` says of a recipe before it."""

    def __init__(self):
        self.runs = []
        self.before = {}

    def __call__(self, order):
        self.before.get(order.recipe.name, lambda: None)()
        self.runs.append(order.recipe.name)
        job = prepare(order.content, order.style, recipe=order.recipe, seed=order.seed)
        steps = run(job.recipe, job.inputs, seed=job.seed)
        result = finish(job, (step for _, step in zip(range(2), steps, strict=False)))
        result.save(order.picture)
        return Delivery(result.seconds, 10**9, result.metadata)


@pytest.fixture
def painter(monkeypatch):
    """Two evaluations stand for a run, which tests of their own are about."""
    painter = Painter()
    monkeypatch.setattr(rows, "run_isolated", painter)
    return painter


@pytest.fixture
def quick(monkeypatch):
    """A recipe is taken for a minute and a half, and only one metric is measured."""
    seconds = type("seconds", (), {"seconds": 90.0})
    monkeypatch.setattr(compare_work, "HEADLINES", ("coverage",))
    monkeypatch.setattr(compare_work, "STAND_IN", {})
    monkeypatch.setattr(forecast, "estimate", lambda job: seconds)


@pytest.fixture
def compare(impasto, painter, quick):
    return lambda *words: impasto("compare", "photo.png", "painting.png", *words)


def names(folder):
    return sorted(set(os.listdir(folder)) - {"photo.png", "painting.png", "another.png"})


def kill(number=signal.SIGINT):
    return lambda: os.kill(os.getpid(), number)


def options(page):
    return re.findall(r"<option[^>]*>([^<]+)", Path(page).read_text())


def test_a_sheet_and_a_page(impasto, folder):
    """As it is: each recipe in a process of its own, after a calibration."""
    code, out, err = impasto("compare", "photo.png", "painting.png", "-o", "sheet.png", *TWO)
    assert (code, names(folder)) == (0, ["sheet.html", "sheet.png"])
    assert re.fullmatch(r"sheet.png, sheet.html: 2 recipes in .+\n", out)
    said, refused, *_ = err.splitlines()
    assert re.fullmatch(r"impasto: 2 pictures to paint at 32 pixels: about \S+ s", said)
    assert refused.startswith("impasto: ms-ssim has no number for 5 pictures: the output is 32 ")
    shown = ["the photo", "the painting", "color transfer only", *BOTH]
    assert options("sheet.html") == shown * 2
    page = Path("sheet.html").read_text()
    assert all(f"{name} " in page for name in HEADLINES)
    assert "<span>ssim 0." in re.sub(r"<span>\S+ s · ", "<span>", page)  # in place of ms-ssim


def test_as_json(compare, folder):
    code, out, _ = compare("-o", "sheet.png", *TWO, "--seed", "3", "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["sheet"], said["page"]) == ("sheet.png", "sheet.html")
    assert (said["content"], said["style"]) == ("photo.png", "painting.png")
    assert (said["size"], said["seed"], said["failed"]) == (32, 3, [])
    assert [each["name"] for each in said["results"]][3:] == BOTH
    for each in said["results"][3:]:
        assert each["seconds"] > 0
        assert each["memory"] == 10**9
        assert set(each["scores"]) == {"coverage"}


def test_names_that_are_free(compare, folder):
    (folder / "photo-painting-compared-2.html").write_text("mine")
    for _ in range(2):
        assert compare(*TWO)[0] == 0
    assert names(folder) == [
        "photo-painting-compared-2.html",
        *(f"photo-painting-compared{number}" for number in ("-3.html", "-3.png", ".html", ".png")),
    ]
    assert (folder / "photo-painting-compared-2.html").read_text() == "mine"


def test_all_recipes(compare, painter, folder):
    code, out, err = compare("-o", "sheet.png", "--size", "32")
    assert code == 0, err
    assert painter.runs == list(RECIPES)
    assert f": {len(RECIPES)} recipes in " in out
    minutes = round(len(RECIPES) * 1.5)
    assert (
        f"{len(RECIPES)} pictures to paint at 32 pixels: about {minutes} min; --keep FOLDER would"
        in err
    )


def test_time_is_said_before_anything_is_painted(compare, painter, capfd):
    before = []
    painter.before["draft"] = lambda: before.append(capfd.readouterr().err)
    assert compare("-o", "sheet.png", *TWO)[0] == 0
    assert before == [
        "impasto: 2 pictures to paint at 32 pixels: about 3 min; --keep FOLDER would keep what is "
        "finished\n"
    ]


def test_kept_results_are_not_made_again(compare, painter, folder):
    keep = ("-o", "sheet.png", "--keep", "kept", "--size", "32")
    assert compare(*keep, "--recipes", "draft")[0] == 0
    code, _, err = compare(*keep, "--recipes", "draft,standard")
    assert (code, painter.runs) == (0, BOTH)
    assert err == "impasto: 1 picture to paint at 32 pixels: about 90 s\n"
    code, _, err = compare(*keep, "--recipes", "draft,standard")
    assert (code, err, painter.runs) == (0, "", BOTH)
    code, _, err = compare(*keep, "--recipes", "draft", "--seed", "1")
    assert (code, painter.runs) == (2, BOTH)
    assert "impasto: kept has pictures with 0 as seed, and those with 1 would replace" in err
    assert names(folder) == ["kept", "sheet.html", "sheet.png"]


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stopped_it_shows_what_is_finished(compare, painter, folder, number, code):
    painter.before["standard"] = kill(number)
    found, out, err = compare("-o", "sheet.png", *TWO, "--quiet")
    assert (found, out) == (code, "")
    assert err == "impasto: stopped after 1 of 2 recipes; sheet.png shows what is finished\n"
    assert options("sheet.html")[3:4] == ["draft"]
    assert len(options("sheet.html")) == 8
    assert "<p>stopped after 1 of 2 recipes</p>" in Path("sheet.html").read_text()


def test_stopped_before_anything_is_finished(compare, painter, folder):
    painter.before["draft"] = kill()
    code, _, err = compare("-o", "sheet.png", *TWO, "--quiet")
    assert (code, names(folder)) == (130, [])
    assert err == "impasto: stopped after 0 of 2 recipes; nothing was saved\n"


def test_stopped_it_goes_on_where_it_was(compare, painter, folder):
    keep = ("-o", "sheet.png", *TWO, "--keep", "kept", "--quiet")
    painter.before["standard"] = kill()
    code, _, err = compare(*keep)
    assert (code, names(folder)) == (130, ["kept"])
    assert err == "impasto: stopped after 1 of 2 recipes; the same command goes on there\n"
    painter.before.clear()
    assert compare(*keep) == (0, "", "")
    assert painter.runs == BOTH
    assert names(folder) == ["kept", "sheet.html", "sheet.png"]


def fail(sentence):
    def raising():
        raise ImpastoError(sentence)

    return raising


def test_one_that_fails_does_not_stop_the_others(compare, painter, folder):
    painter.before["draft"] = fail("memory was full")
    code, out, err = compare("-o", "sheet.png", *TWO, "--json")
    assert code == 1
    assert "impasto: draft of photo, painting failed: memory was full\n" in err
    said = json.loads(out)
    assert said["failed"] == [{"recipe": "draft", "error": "memory was full"}]


def test_quiet(compare):
    assert compare("-o", "sheet.png", *TWO, "--quiet") == (0, "", "")


def test_a_full_disk(compare, monkeypatch, folder):
    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("impasto.evaluation.report.comparison.write_atomically", full)
    code, _, err = compare("-o", "sheet.png", *TWO, "--quiet")
    assert code == 1
    assert err.startswith("impasto: ")
    assert "No space left" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "words, message",
    [
        (["-o", "sheet.txt"], "sheet.txt ends in no known format"),
        (["-o", "sheet"], "sheet ends in no known format"),
        (["-o", "-"], "-o is -, which is standard output"),
        (["-o", "no/sheet.png"], "the folder "),
        (["-o", "photo.png"], "photo.png is the input photo.png"),
        (["-o", "painting.png"], "painting.png is the input painting.png"),
        (["-o", "index.png"], "index.html is there and no page of impasto"),
        (["--recipes", "standart"], "'standart' is not a recipe"),
        (["--recipes", "draft", "standard"], "--recipes got draft standard; expected commas"),
        (
            ["--recipes", "draft,", "best"],
            "--recipes got draft, best; expected commas between the "
            "names and no spaces: --recipes draft,best",
        ),
        (["--recipes", "draft,draft"], "--recipes names draft twice; expected each"),
        (["--recipes", "draft", "--size", "3"], "the size is 3; expected at least"),
        (["--recipes", "draft", "--size", "99999"], "draft: this run would need "),
        (["--recipes", "draft", "--size", "99999", "--keep", "kept"], "draft: this run would"),
        (["--recipes", "draft", "--size", "x"], "error parsing --size: 'x' is not a whole number"),
        (["--recipes", "draft", "--seed", "-1"], "the seed is -1"),
        (["--threads", "0"], "--threads is 0; expected 1 to "),
        (["--keep", "photo.png"], "photo.png is no folder, or inside of what is none"),
        (["--keep", "."], ". holds something else than an evaluation"),
    ],
)
def test_what_cannot_be(compare, painter, folder, words, message):
    (folder / "index.html").write_text("my own")
    code, out, err = compare(*words)
    assert (code, out, painter.runs) == (2, "", [])
    assert err.startswith(f"impasto: {message}")
    assert err.count("\n") == 1
    assert names(folder) == ["index.html"]


@pytest.mark.parametrize(
    "pictures, message",
    [
        (["photo.png", "-"], "- is standard input"),
        (["no.png", "painting.png"], "there is no file no.png"),
        (["photo.png"], "missing"),
        (["photo.png", "painting.png", "another.png"], "another.png is one word too many; see"),
    ],
)
def test_pictures_that_cannot_be(impasto, painter, folder, pictures, message):
    code, _, err = impasto("compare", *pictures, *TWO)
    assert code == 2
    assert message in err
    assert err.count("\n") == 1


def test_help_says_how(impasto):
    code, out, _ = impasto("compare", "--help")
    assert code == 0
    for word in ("--recipes", "--keep", "--size", "--seed", "--threads", "--quiet", "--json"):
        assert word in out
